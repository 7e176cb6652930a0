import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { languageOf } from '../i18n.ts';
import { type Brand, type Identity, identityIn, readBrand } from '../media/brand.ts';
import { escaped } from './blocks/inline.ts';

/** Both parts of a mail. */
export interface Parts {
  html: string;
  text: string;
}

/** Head and foot of our mails as they are now. */
export interface Letterhead {
  brand: Brand;
  /** Of pictures, and what the environment says. */
  config: Pick<Ground['config'], 'publicUrl' | 'HELP_ADDRESS'>;
}

/**
 * What a mail says of its sender stands as a field in what is stored, and is filled in once for a run or a
 * notice, so that a new address stands below the very next mail and the send path knows nothing of it.
 */
export const LETTERHEAD_FIELDS = ['organisation', 'organisation_name', 'organisation_mark'];

/** Colours of templates/email/frame.mjml, in which a mail of ours is drawn before it is told another. */
const DRAWN = { light: '#0b5d4e', dark: '#74c9b1', onDark: '#06211a' };
const FIELD = /\{\{\{?\s*(organisation(?:_name|_mark)?)\s*\}?\}\}/g;
const MARK_IN_TEXT = /\{\{\s*organisation_mark\s*\}\}[^\S\n]*/g;
const MARK = /\{\{\s*organisation_mark\s*\}\}/;

/** Reads the head and the foot; once for a run, whatever its languages. */
export async function readLetterhead({
  sql,
  config,
}: {
  sql: Queryable;
  config: Letterhead['config'];
}): Promise<Letterhead> {
  return { brand: await readBrand({ sql }), config };
}

/**
 * A mail with its sender named. A mail that names none, as older ones and those written in MJML may,
 * gets the lines at its end, once somebody has said who we are.
 */
export function withLetterhead(parts: Parts, { brand, config }: Letterhead, language: string): Parts {
  const identity = identityIn(brand, languageOf(language), config.HELP_ADDRESS);
  const said = brand.said && !isNamed(parts.text, identity) ? appended(parts, identity) : parts;
  const inHtml: Record<string, string> = {
    organisation: linesInHtml(identity).join('<br>'),
    organisation_name: escaped(identity.name),
    organisation_mark: markOf(brand, config.publicUrl),
  };
  const inText: Record<string, string> = {
    organisation: linesInText(identity).join('\n'),
    organisation_name: identity.name,
  };
  const html = MARK.test(said.html) ? coloured(said.html, brand) : said.html;
  return {
    html: html.replace(FIELD, (_, name: string) => inHtml[name] ?? ''),
    text: said.text.replace(MARK_IN_TEXT, '').replace(FIELD, (_, name: string) => inText[name] ?? ''),
  };
}

/** Whether its text part has the sender's field, or already what that would say. */
const isNamed = (text: string, { address, name }: Identity): boolean =>
  /\{\{\{?\s*organisation\s*\}?\}\}/.test(text) || text.includes(address[0] ?? name);

function appended({ html, text }: Parts, identity: Identity): Parts {
  const lines =
    '<div style="padding:16px 32px 24px;text-align:center;color:#454f49;background:#f3ecda;font:14px/1.6 sans-serif">' +
    `${linesInHtml(identity).join('<br>')}</div>`;
  const end = html.toLowerCase().lastIndexOf('</body>');
  return {
    html: end < 0 ? html + lines : html.slice(0, end) + lines + html.slice(end),
    text: `${text.trimEnd()}\n\n${linesInText(identity).join('\n')}\n`,
  };
}

function linesInHtml({ name, address, footer, helpAddress, phone }: Identity): string[] {
  const mail = helpAddress && `<a href="mailto:${escaped(helpAddress)}">${escaped(helpAddress)}</a>`;
  const ways = [escaped(phone), mail].filter(Boolean).join(' &nbsp;·&nbsp; ');
  return [`<strong>${escaped(name)}</strong>`, ...[...footer, ...address].map(escaped), ways].filter(Boolean);
}

const linesInText = ({ name, address, footer, helpAddress, phone }: Identity): string[] =>
  [name, ...footer, ...address, [phone, helpAddress].filter(Boolean).join(' · ')].filter(Boolean);

/** The logo, or the two leaves around a flame, drawn of boxes because mails know no SVG. */
function markOf({ logo }: Brand, publicUrl: string): string {
  if (logo)
    return `<img src="${publicUrl}${logo.src}" width="${logo.width}" height="${logo.height}" alt="" style="display:inline-block;border:0;border-radius:4px;background:#fffdf7;vertical-align:middle">`;
  const leaf = (corners: string) =>
    `<span class="leaf" style="display:inline-block;width:13px;height:20px;background:${DRAWN.light};border-radius:${corners};vertical-align:bottom"></span>`;
  const flame =
    '<span style="display:inline-block;width:10px;height:15px;margin:0 2px 14px;background:#d9b04c;border-radius:50% 50% 50% 50% / 70% 70% 30% 30%;vertical-align:bottom"></span>';
  return leaf('0 100% 0 100%') + flame + leaf('100% 0 100% 0');
}

const coloured = (html: string, { accents }: Brand): string =>
  accents
    ? html
        .replaceAll(DRAWN.light, accents.light.accent)
        .replaceAll(DRAWN.dark, accents.dark.accent)
        .replaceAll(DRAWN.onDark, accents.dark.on)
    : html;
