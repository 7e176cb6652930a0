import { z } from 'zod';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type Language, languages, translate } from '../i18n.ts';
import { audit } from './audit.ts';

/** Pages of plain text that every donor may want to read before giving. */
export const sitePages = ['refunds', 'privacy', 'terms', 'grievances', 'helpline'] as const;
export type SitePage = (typeof sitePages)[number];

const text = z.string().trim().max(20_000);
const shape = z.strictObject({ en: text, ml: text });

const keyOf = (page: SitePage) => `site-text.${page}`;

/**
 * What a page says: paragraphs with an empty line between, a line that begins with `# ` is a heading. Where
 * nothing was written, the project's own words.
 */
export async function siteText(sql: Queryable, page: SitePage, language: Language): Promise<string> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [keyOf(page)]);
  const said = rows[0] ? shape.parse(rows[0].value)[language] : '';
  return said || translate(language, `${page}.text`);
}

/** Writes a page in one language; an empty text brings back the project's own. @throws Refusal */
export async function saveSiteText(
  { sql }: Pick<Ground, 'sql'>,
  { page, language, text: words }: { page: string; language: string; text: string },
  actor: string,
): Promise<void> {
  const known = sitePages.find((one) => one === page);
  const tongue = languages.find((one) => one === language);
  if (!known || !tongue)
    throw new Refusal(`There is no such page. There are ${sitePages.join(', ')}, each in en and ml.`);
  if (words.trim().length > 20_000) throw new Refusal('A page has at most 20,000 letters.');
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query('SELECT value FROM setting WHERE key = $1 FOR UPDATE', [
      keyOf(known),
    ]);
    const before = rows[0] ? shape.parse(rows[0].value) : { en: '', ml: '' };
    const after = { ...before, [tongue]: words.trim() };
    await connection.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      [keyOf(known), JSON.stringify(after)],
    );
    const entry = { actor, action: 'site-text.saved', subjectType: 'setting', subjectId: keyOf(known) };
    await audit(connection, { ...entry, before, after });
  });
}
