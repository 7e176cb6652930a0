import type { Route } from '../../routes.ts';
import { FINANCE, MONEY_READERS } from '../../staff.ts';
import { BOOKS, download, show as showBooks } from './books.ts';
import { RECONCILIATION, resolve, run, show } from './reconciliation.ts';

/** The books, and whether the gateway and the bank agree with them. */
export const bookRoutes: Route[] = [
  {
    ...{ method: 'get', path: RECONCILIATION, who: MONEY_READERS, handle: show },
    does: 'shows what does not agree, what is in suspense and what was settled',
  },
  {
    ...{ method: 'post', path: RECONCILIATION, who: FINANCE, handle: run },
    does: 'fetches settlements and compares now',
  },
  {
    ...{ method: 'post', path: `${RECONCILIATION}/:id`, who: FINANCE, handle: resolve },
    does: 'resolves a difference with a note',
  },
  { method: 'get', path: BOOKS, who: MONEY_READERS, does: 'shows the trial balance', handle: showBooks },
  {
    ...{ method: 'get', path: `${BOOKS}/export/:book`, who: MONEY_READERS, handle: download },
    does: 'gives a book as a file; the log says who took it',
  },
];
