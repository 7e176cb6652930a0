import type { Page, Rule } from './finding.ts';

const MOST_LINKS = 2_000;
const SHOWN_HOST = /^(?:https?:\/\/)?((?:[\p{L}\d-]+\.)+\p{L}{2,})(?:[/?#]\S*)?$/iu;
const NEAR = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[)/i;
const STOPS = /unsubscribe|opt.?out|ഇനി വേണ്ട|\/u\//i;

/** Where links lead, against what they show. */
export const links: Rule = (_, page) => linksOf(page).flatMap((link) => faultsOf(link.href, link.words));

/** A person must be able to leave from the body, and a mail program from the header (RFC 8058). */
export const unsubscribe: Rule = ({ source }, page) => {
  const inBody = linksOf(page).some(({ href, words }) => STOPS.test(href) || STOPS.test(words));
  const header = source === undefined ? '' : source.slice(0, source.search(/\r?\n\r?\n|$/));
  return [
    ...(inBody
      ? []
      : [error('unsubscribe-body', 'The body has no link to unsubscribe. Add one at its foot.')]),
    ...(source === undefined || /^List-Unsubscribe:/im.test(header)
      ? []
      : [error('unsubscribe-header', 'The header List-Unsubscribe is missing.')]),
    ...(source === undefined || /^List-Unsubscribe-Post:\s*List-Unsubscribe=One-Click/im.test(header)
      ? []
      : [error('unsubscribe-post', 'The header List-Unsubscribe-Post is missing (RFC 8058).')]),
  ];
};

const error = (code: string, words: string) => ({ level: 'error' as const, code, words });
const warning = (code: string, words: string) => ({ level: 'warning' as const, code, words });

function linksOf({ tags }: Page): { href: string; words: string }[] {
  const found: { href: string; words: string }[] = [];
  let open = false;
  for (const { name, closing, attributes, text } of tags) {
    if (name === 'a') open = !closing;
    if (name === 'a' && !closing) {
      if (found.length >= MOST_LINKS) break;
      found.push({ href: (attributes.href ?? '').trim(), words: text });
      continue;
    }
    const last = found.at(-1);
    if (open && last && last.words.length < 500) last.words += text.slice(0, 500) + (attributes.alt ?? '');
  }
  return found;
}

/** What is wrong with where one link leads, and with its words against that. */
export function faultsOf(href: string, words: string) {
  if (/^\{\{[^{}]{0,300}\}\}$/.test(href) || /^(mailto|tel|sms):/i.test(href)) return [];
  const shown = `“${href.slice(0, 100)}”`;
  if (href === '' || href.startsWith('#')) return [warning('link-empty', `A link leads nowhere: ${shown}.`)];
  if (!/^https?:/i.test(href)) {
    return [error('link-scheme', `The link ${shown} is no web address. Use https:// or mailto:.`)];
  }
  const bare = href.replace(/\{\{[^{}]{0,300}\}\}/g, 'x');
  if (!URL.canParse(bare)) return [error('link-broken', `The link ${shown} cannot be read.`)];
  const { hostname, protocol } = new URL(bare);
  const promised = SHOWN_HOST.exec(words.trim().slice(0, 300))?.[1]?.toLowerCase();
  return [
    ...(NEAR.test(hostname)
      ? [error('link-local', `The link ${shown} leads to a machine that readers cannot reach.`)]
      : []),
    ...(protocol === 'http:'
      ? [warning('link-insecure', `The link ${shown} is not encrypted. Use https.`)]
      : []),
    ...(promised && !sameSite(promised, hostname)
      ? [error('link-other', `A link shows ${promised} and leads to ${hostname}, as forged mails do.`)]
      : []),
  ];
}

/** The same host, or one below the other. */
function sameSite(shown: string, host: string): boolean {
  const ascii = URL.canParse(`https://${shown}`) ? new URL(`https://${shown}`).hostname : shown;
  return ascii === host || ascii.endsWith(`.${host}`) || host.endsWith(`.${ascii}`);
}
