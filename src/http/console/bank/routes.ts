import type { Route } from '../../routes.ts';
import { MONEY_READERS } from '../../staff.ts';
import { FINANCE } from '../finance.ts';
import { choose, preview, take, upload } from './import.ts';
import { line, match, other, release } from './line.ts';
import { BANK, list } from './lines.ts';

const DRAFT = `${BANK}/statements/:id`;
const LINE = `${BANK}/lines/:id`;

/** Statements of the bank: what each line is. */
export const bankRoutes: Route[] = [
  {
    method: 'get',
    path: BANK,
    who: MONEY_READERS,
    does: 'lists lines of the bank’s statements',
    handle: list,
  },
  {
    ...{ method: 'post', path: BANK, who: FINANCE, body: 'stream' },
    ...{ does: 'takes the file of a statement to look at', handle: upload },
  },
  { method: 'get', path: DRAFT, who: FINANCE, does: 'shows what a statement says', handle: preview },
  {
    method: 'post',
    path: `${DRAFT}/columns`,
    who: FINANCE,
    does: 'says which column is which',
    handle: choose,
  },
  {
    method: 'post',
    path: `${DRAFT}/lines`,
    who: FINANCE,
    does: 'keeps the lines of a statement',
    handle: take,
  },
  { method: 'get', path: LINE, who: FINANCE, does: 'shows what a line may be', handle: line },
  {
    method: 'post',
    path: `${LINE}/match`,
    who: FINANCE,
    does: 'says which gift or payment it is',
    handle: match,
  },
  { method: 'post', path: `${LINE}/other`, who: FINANCE, does: 'says that it is no gift', handle: other },
  { method: 'post', path: `${LINE}/release`, who: FINANCE, does: 'opens a line again', handle: release },
];
