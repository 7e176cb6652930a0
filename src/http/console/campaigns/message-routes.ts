import type { Role } from '../../../access/users.ts';
import type { Route } from '../../routes.ts';
import { ADMINISTRATORS, APPROVERS, READERS, WRITERS } from '../../staff.ts';
import { approvalPage, approve, ask, comment, giveBack, takeBack } from './approval.ts';
import { approvals, away, setReminders } from './approvals.ts';
import { askOutside, revokeOutside } from './outside.ts';
import { savePlan, showPlan } from './plan.ts';

const MESSAGE = '/console/messages/:id';
const APPROVALS = '/console/approvals';
/** Who speaks about messages: who writes them and who decides. */
const SPEAKERS: readonly Role[] = ['administrator', 'author', 'approver'];

/** What is planned and approved of a message; its words are written elsewhere. */
export const planRoutes: Route[] = [
  { method: 'get', path: `${MESSAGE}/plan`, who: READERS, does: 'shows audience and time', handle: showPlan },
  {
    method: 'post',
    path: `${MESSAGE}/plan`,
    who: WRITERS,
    body: '128kb',
    does: 'plans it',
    handle: savePlan,
  },
  {
    method: 'get',
    path: `${MESSAGE}/approval`,
    who: READERS,
    does: 'shows what to approve',
    handle: approvalPage,
  },
  { method: 'post', path: `${MESSAGE}/approval`, who: APPROVERS, does: 'approves it', handle: approve },
  {
    method: 'post',
    path: `${MESSAGE}/approval/request`,
    who: WRITERS,
    does: 'asks for approval',
    handle: ask,
  },
  {
    method: 'post',
    path: `${MESSAGE}/approval/withdrawal`,
    who: WRITERS,
    does: 'takes that back',
    handle: takeBack,
  },
  {
    method: 'post',
    path: `${MESSAGE}/approval/return`,
    who: APPROVERS,
    does: 'gives it back',
    handle: giveBack,
  },
  { method: 'post', path: `${MESSAGE}/comments`, who: SPEAKERS, does: 'comments on it', handle: comment },
  {
    method: 'post',
    path: `${MESSAGE}/reviews`,
    who: SPEAKERS,
    does: 'asks somebody outside',
    handle: askOutside,
  },
  {
    ...{ method: 'post', path: `${MESSAGE}/reviews/:review/revocation`, who: SPEAKERS },
    ...{ does: 'takes that link back', handle: revokeOutside },
  },
  { method: 'get', path: APPROVALS, who: READERS, does: 'lists what waits', handle: approvals },
  { method: 'post', path: `${APPROVALS}/away`, who: APPROVERS, does: 'says who is away', handle: away },
  {
    method: 'post',
    path: `${APPROVALS}/reminders`,
    who: ADMINISTRATORS,
    does: 'sets the clock',
    handle: setReminders,
  },
];
