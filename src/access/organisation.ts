import { z } from 'zod';
import type { Connection, Queryable } from '../db.ts';
import type { Language } from '../i18n.ts';
import { changeSetting, type Setting, saidSetting } from './settings.ts';

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
const ORGANISATION: Setting<Organisation> = {
  ...{ key: 'organisation', action: 'organisation.saved', shape, usual: USUAL },
};

/** What was said about the organisation; null before anybody said something. */
export const saidOrganisation = async (sql: Queryable): Promise<Organisation | null> =>
  (await saidSetting(sql, ORGANISATION)) ?? null;

/** What is known about the organisation. */
export const readOrganisation = async (sql: Queryable): Promise<Organisation> =>
  (await saidOrganisation(sql)) ?? USUAL;

/** Keeps what is said about the organisation. */
export async function saveOrganisation(
  connection: Connection,
  organisation: Organisation,
  actor: string,
): Promise<void> {
  await changeSetting(connection, ORGANISATION, { change: () => organisation, actor });
}

/** What the organisation says in a language, otherwise in the other one. */
export const inLanguage = (words: { en: string; ml: string }, language: Language): string =>
  words[language].trim() || words.en.trim() || words.ml.trim();
