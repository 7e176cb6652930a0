import { type Language, translate, translateOr } from '../i18n.ts';

/** Browsers by their names in a user agent; the first that fits, because each names its ancestors too. */
const BROWSERS: [name: string, pattern: RegExp][] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\b(OPR|OPT|Opera)\//],
  ['Samsung', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|Chromium|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
];

/** A phone that asks for the desktop page calls itself by its bigger brother's name. */
const SYSTEMS: [name: string, pattern: RegExp][] = [
  ['Windows', /\bWindows\b/],
  ['Apple', /\b(iPhone|iPad|iPod|Macintosh)\b/],
  ['Android or Linux', /\b(Android|Linux|X11|CrOS)\b/],
];

/**
 * Which browser on which system, as `Firefox, Windows`; versions are left out, because they change under a
 * person's hands. A cookie that comes with another one has been carried away.
 */
export function agentFamily(agent: string): string {
  const named = (list: typeof BROWSERS) => list.find(([, pattern]) => pattern.test(agent))?.[0];
  const browser = named(BROWSERS) ?? /^[\w-]{1,40}/.exec(agent)?.[0] ?? 'unknown';
  return [browser, named(SYSTEMS)].filter(Boolean).join(', ');
}

/** What `agentFamily` found as people read it: `Chrome on Android or Linux`; a program keeps its own name. */
export function agentInWords(agent: string, language: Language): string {
  const [browser = '', system] = agent.split(', ');
  const word = (kind: string, name: string) =>
    translateOr(language, `device.${kind}.${name.toLowerCase().replaceAll(' ', '-')}`, name);
  if (!system) return word('browser', browser);
  return translate(language, 'device.on', {
    browser: word('browser', browser),
    system: word('system', system),
  });
}
