import type { Role } from '../../../access/users.ts';
import type { Route } from '../../routes.ts';
import { ADMINISTRATORS } from '../../staff.ts';
import { FINANCE } from '../finance.ts';
import { begin, proposed } from './form.ts';
import { DISBURSEMENTS, list } from './list.ts';
import { giveOffice, OFFICES, showOffices } from './offices.ts';
import { one, paid, signed, withdrawn } from './one.ts';

const ONE = `${DISBURSEMENTS}/:id`;
/** Those who read the books, and officers who approve: which of them may sign, their office decides. */
const LOOKERS: readonly Role[] = ['administrator', 'approver', 'finance', 'auditor'];
const SIGNERS: readonly Role[] = ['administrator', 'approver', 'finance'];

/** Payments out of the fund: proposed by finance, signed by two offices, entered when the bank has paid. */
export const disbursementRoutes: Route[] = [
  { method: 'get', path: DISBURSEMENTS, who: LOOKERS, does: 'lists payments of the fund', handle: list },
  { method: 'get', path: `${DISBURSEMENTS}/new`, who: FINANCE, does: 'asks for a payment', handle: begin },
  { method: 'post', path: DISBURSEMENTS, who: FINANCE, does: 'proposes a payment', handle: proposed },
  {
    method: 'get',
    path: OFFICES,
    who: LOOKERS,
    does: 'says who is in charge of offices',
    handle: showOffices,
  },
  {
    method: 'post',
    path: OFFICES,
    who: ADMINISTRATORS,
    does: 'gives the charge of an office',
    handle: giveOffice,
  },
  { method: 'get', path: ONE, who: LOOKERS, does: 'shows a payment', handle: one },
  {
    method: 'post',
    path: `${ONE}/signature`,
    who: SIGNERS,
    does: 'signs a payment for an office',
    handle: signed,
  },
  {
    method: 'post',
    path: `${ONE}/payment`,
    who: FINANCE,
    does: 'notes that the bank has paid',
    handle: paid,
  },
  {
    method: 'post',
    path: `${ONE}/withdrawal`,
    who: FINANCE,
    does: 'takes a payment back',
    handle: withdrawn,
  },
];
