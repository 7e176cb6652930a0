/** Where a project's page is, from the root. */
export const projectPath = (slug: string): string => `/projects/${slug}`;

/**
 * Where giving to it begins.
 * @param query as the page has it, such as `?lang=ml`
 * @param amount in paise
 */
export function giveHref(slug: string, query: string, amount?: bigint): string {
  const wished = amount === undefined ? '' : `&amount=${rupeesOf(amount)}`;
  return `/give?project=${slug}${wished}${query.replace('?', '&')}`;
}

/** Whole paise as the form takes them: without the paise of whole rupees. */
export const rupeesOf = (paise: bigint): string =>
  paise % 100n ? `${paise / 100n}.${String(paise % 100n).padStart(2, '0')}` : String(paise / 100n);
