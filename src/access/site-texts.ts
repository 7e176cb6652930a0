import { z } from 'zod';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type Language, languages, translate } from '../i18n.ts';
import { say } from '../say.ts';
import { changeSetting, readSetting, type Setting } from './settings.ts';

/** Pages of plain text that every donor may want to read before giving. */
export const sitePages = ['refunds', 'privacy', 'terms', 'grievances', 'helpline'] as const;
export type SitePage = (typeof sitePages)[number];

/** The longest text of a page, in letters. */
const LONGEST = 20_000;
const text = z.string().trim().max(LONGEST);
const shape = z.strictObject({ en: text, ml: text });
/** What was written, by language; empty where the project's own words hold. */
export type Written = z.infer<typeof shape>;

const settingOf = (page: SitePage): Setting<Written> => ({
  ...{ key: `site-text.${page}`, action: 'site-text.saved', shape, usual: { en: '', ml: '' } },
});

export const isSitePage = (name: string): name is SitePage => sitePages.some((page) => page === name);

/** What people have written of a page. */
export const writtenText = (sql: Queryable, page: SitePage): Promise<Written> =>
  readSetting(sql, settingOf(page));

/** The project's own words of a page. */
export const usualText = (page: SitePage, language: Language): string => translate(language, `${page}.text`);

/**
 * What a page says: paragraphs with an empty line between, a line that begins with `# ` is a heading. Where
 * nothing was written, the project's own words.
 */
export const siteText = async (sql: Queryable, page: SitePage, language: Language): Promise<string> =>
  (await writtenText(sql, page))[language] || usualText(page, language);

interface Wish {
  page: string;
  /** By language; one that is not named stays, an empty one brings back the project's own words. */
  words: Record<string, string>;
}

/** Writes a page in one language or several. @throws Refusal */
export async function saveSiteText(
  { sql }: Pick<Ground, 'sql'>,
  { page, words }: Wish,
  actor: string,
): Promise<void> {
  const known = languages.filter((language) => language in words);
  if (!isSitePage(page) || known.length < Object.keys(words).length)
    throw new Refusal(say`There is no such page. There are ${sitePages.join(', ')}, each in en and ml.`);
  if (Object.values(words).some((one) => one.trim().length > LONGEST))
    throw new Refusal(say`A page has at most 20,000 letters.`);
  const written = Object.fromEntries(known.map((language) => [language, words[language]?.trim()]));
  const change = (before: Written): Written => ({ ...before, ...written });
  await transaction(sql, (connection) => changeSetting(connection, settingOf(page), { change, actor }));
}
