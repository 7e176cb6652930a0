/** What a request tells about who made it; nothing of it names a person. */
export interface Visit {
  method: string;
  /** Header names in lower case, as Node gives them. */
  headers: Record<string, string | string[] | undefined>;
}

/**
 * Programs that open links: crawlers, previews of chats, mail scanners, libraries. Gmail's image proxy
 * is not among them, because a person's opening stands behind each of its calls.
 */
const PROGRAMS = new RegExp(
  [
    ...[
      '(?<!cu)bot\\b',
      'crawl',
      'spider',
      'slurp',
      'headless',
      'phantomjs',
      'lighthouse',
      'preview',
      'scan',
      'monitor',
    ],
    ...['facebookexternalhit', 'whatsapp', 'skypeuripreview', 'bitlybot', 'embedly'],
    ...[
      'barracuda',
      'mimecast',
      'proofpoint',
      'trendmicro',
      'bitdefender',
      'symantec',
      'forcepoint',
      'sophos',
    ],
    ...['cloudmark', 'zscaler', 'fireeye', 'trustwave', 'urldefense', 'safelinks', 'paloalto', 'checkpoint'],
    ...[
      '^curl',
      '^wget',
      'python',
      '^java/',
      'okhttp',
      'go-http-client',
      'libwww',
      'apache-httpclient',
      'axios',
    ],
    ...['node-fetch', '^undici', '^node$', '^ruby', '^php', 'guzzle', 'aiohttp', 'httpx', 'powershell'],
  ].join('|'),
  'i',
);

/** A browser's name without any detail: Apple's mail privacy and several scanners call themselves so. */
const BARE = /^(mozilla\/[45]\.0( \(.{0,20}\))?)?$/i;

/**
 * Whether a program rather than a person followed a link. Such a visit is kept and flagged, never
 * dropped: a wrong guess must be correctable. Rules, each enough by itself: HEAD; a prefetch
 * (Sec-Purpose); no or only a bare user agent; a known program; a fetch that is no navigation
 * (Sec-Fetch-Mode); a crawler's From header; a data centre's browser, which asks for no language.
 */
export function isMachine({ method, headers }: Visit): boolean {
  const of = (name: string) => String(headers[name] ?? '');
  const agent = of('user-agent').trim();
  if (method === 'HEAD') return true;
  if (BARE.test(agent) || PROGRAMS.test(agent)) return true;
  if (/prefetch|preview/i.test(`${of('sec-purpose')}${of('purpose')}${of('x-purpose')}${of('x-moz')}`))
    return true;
  if (of('from').includes('@')) return true;
  const mode = of('sec-fetch-mode');
  return mode ? mode !== 'navigate' : !of('accept-language');
}

/** The same for an image in a mail: mail programs ask for images without language or navigation. */
export function isMachineOpening({ headers }: Visit): boolean {
  const agent = String(headers['user-agent'] ?? '').trim();
  return BARE.test(agent) || PROGRAMS.test(agent);
}
