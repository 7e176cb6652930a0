import type { Language } from '../../i18n.ts';
import { rupeesOf } from '../projects/address.ts';

/** A page of a family, short enough to be read out. */
export const occasionPath = (code: string): string => `/o/${code}`;

/** Where one goes on with a page that is being made. @param token of links.ts, `draftToken` */
export const makingPath = (token: string, screen = 'who'): string => `/occasions/make/${token}/${screen}`;

/** The family's own view of its page. @param token of links.ts, `familyToken` */
export const familyPath = (token: string): string => `/family/${token}`;

/**
 * Where giving at a page begins.
 * @param query as the page has it, such as `?lang=ml`
 * @param amount in paise
 */
export const giveAtHref = (code: string, query: string, amount?: bigint): string =>
  `/give?occasion=${code}${amount === undefined ? '' : `&amount=${rupeesOf(amount)}`}${query.replace('?', '&')}`;

/** Where a photograph of a page is. */
export const photoPath = (code: string, { hash, ext }: { hash: string; ext: string }): string =>
  `${occasionPath(code)}/photo/${hash}.${ext}`;

/** The picture that stands for a page where it is shared. */
export const cardPath = (code: string, language: Language): string =>
  `${occasionPath(code)}/card-${language}.png`;
