import { z } from 'zod';
import type { Connection, Queryable } from '../db.ts';
import type { Language } from '../i18n.ts';
import { audit } from './audit.ts';

const both = z.object({ en: z.string().default(''), ml: z.string().default('') });
const shape = z.object({
  name: both,
  address: both,
  /** What stands below mails and pages: the department, the registration, the order. */
  footer: both,
  helpAddress: z.string().default(''),
  phone: z.string().default(''),
  /** Id of a picture of the media library. */
  logo: z.string().nullable().default(null),
  /** The colour of action as #rrggbb, empty for ours. */
  accent: z.string().default(''),
});
/** Who writes, as mails and pages say it. */
export type Organisation = z.infer<typeof shape>;

const KEY = 'organisation';
/** Until somebody says otherwise. */
export const USUAL: Organisation = {
  name: { en: 'Kerala Social Security Mission', ml: 'കേരള സാമൂഹ്യ സുരക്ഷാ മിഷൻ' },
  address: { en: '', ml: '' },
  footer: {
    en: 'Social Justice Department, Government of Kerala',
    ml: 'സാമൂഹ്യനീതി വകുപ്പ്, കേരള സർക്കാർ',
  },
  ...{ helpAddress: '', phone: '', logo: null, accent: '' },
};

/** What was said about the organisation; null before anybody said something. */
export async function saidOrganisation(sql: Queryable): Promise<Organisation | null> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [KEY]);
  return rows[0] ? shape.parse(rows[0].value) : null;
}

/** What is known about the organisation. */
export const readOrganisation = async (sql: Queryable): Promise<Organisation> =>
  (await saidOrganisation(sql)) ?? USUAL;

/** Keeps what is said about the organisation. */
export async function saveOrganisation(
  connection: Connection,
  organisation: Organisation,
  actor: string,
): Promise<void> {
  const before = await readOrganisation(connection);
  await connection.query(
    `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    [KEY, JSON.stringify(organisation)],
  );
  const subject = { subjectType: 'setting', subjectId: KEY };
  await audit(connection, { actor, action: 'organisation.saved', ...subject, before, after: organisation });
}

/** What the organisation says in a language, otherwise in the other one. */
export const inLanguage = (words: { en: string; ml: string }, language: Language): string =>
  words[language].trim() || words.en.trim() || words.ml.trim();
