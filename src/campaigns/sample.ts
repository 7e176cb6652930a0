import { parseSlots } from '../../channels/email/slots.ts';
import { asHtml, asText, fillSlots } from '../../channels/email/values.ts';
import { type MergeRow, mergeValues } from '../contacts/fields.ts';
import { searchContacts } from '../contacts/search.ts';
import type { Queryable } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { findAsset } from '../media/assets.ts';
import { addressOf, mailSize } from '../media/served.ts';
import { say } from '../say.ts';
import type { CarriedFile } from './files.ts';
import { readLetterhead, withLetterhead } from './letterhead.ts';
import { type Content, compileContents } from './versions.ts';

type SampleGround = Pick<Ground, 'sql' | 'config'>;

/** What one person would see. */
export interface Sample {
  subject: string;
  preheader: string;
  html: string;
  text: string;
}

export interface Sampling {
  language: string;
  /** What is being written, or what is kept. */
  content: Content & { html?: string; text?: string };
  files: CarriedFile[];
  /** A contact by id, e-mail address or name; without one the words for nobody stand. */
  as?: string;
}

/**
 * A mail as one contact would get it. Nothing is sent and nothing counts: links are as they were written,
 * and the ways out lead nowhere.
 * @throws Refusal when it does not compile, or nobody is called so
 */
export async function sampleMail(ground: SampleGround, sampling: Sampling): Promise<Sample> {
  const { language, content, files, as } = sampling;
  const contact = as?.trim() ? await somebody(ground, as) : null;
  const written = content.html === undefined ? await compiled(ground, sampling) : (content as Sample);
  const { html, text } = withLetterhead(written, await readLetterhead(ground), language);
  const values = { ...(contact && mergeValues(contact)), unsubscribe_url: '#', preferences_url: '#' };
  const fill = (part: string, print: typeof asText) => fillSlots(parseSlots(part).nodes, values, print);
  return {
    ...{ subject: fill(content.subject, asText), preheader: fill(content.preheader ?? '', asText) },
    html: await withFiles(ground, { language, files }, fill(html, asHtml)),
    text: fill(text, asText),
  };
}

async function compiled(ground: SampleGround, { language, content }: Sampling) {
  const { compiled: mails } = await compileContents(ground, { [language]: content });
  return found(mails[0], say`Nothing is written.`);
}

const CONTACT = `
  SELECT c.id, c.name, c.language, c.kind, c.district, c.attributes FROM contact c`;

/** By id or address exactly, otherwise whoever a search finds first. */
async function somebody({ sql }: SampleGround, wish: string): Promise<MergeRow> {
  const { rows } = await sql.query<MergeRow>(
    `${CONTACT} WHERE c.id::text = lower($1)
        OR c.id IN (SELECT contact_id FROM address WHERE channel = 'email' AND value = lower($1)) LIMIT 1`,
    [wish.trim()],
  );
  if (rows[0]) return rows[0];
  const [first] = await searchContacts({ sql }, wish, 1);
  if (!first) throw new Refusal(say`There is no contact ${JSON.stringify(wish.trim())}.`, 404);
  const { rows: named } = await sql.query<MergeRow>(`${CONTACT} WHERE c.id = $1`, [first.id]);
  return found(named[0], say`There is no contact ${JSON.stringify(wish.trim())}.`);
}

/** Pictures that the mail itself carries are shown from the library. */
async function withFiles(
  { sql, config }: SampleGround,
  { files }: { language: string; files: CarriedFile[] },
  html: string,
): Promise<string> {
  const addresses = new Map<string, string>();
  for (const { name, assetId, inline } of files)
    if (inline) addresses.set(name, await addressOfAsset(sql, config.publicUrl, assetId));
  return html.replace(/(\bsrc\s*=\s*["'])cid:([^"'\s<>]+)/gi, (whole, before: string, name: string) => {
    const address = addresses.get(name) ?? addresses.get(safeDecoded(name));
    return address ? before + address : whole;
  });
}

async function addressOfAsset(sql: Queryable, publicUrl: string, id: string): Promise<string> {
  const asset = await findAsset({ sql }, id);
  const file = mailSize(asset);
  return file ? addressOf(publicUrl, asset, file) : '';
}

function safeDecoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a % that encodes nothing
  }
}
