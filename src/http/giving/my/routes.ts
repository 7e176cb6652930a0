import type { Route } from '../../routes.ts';
import { agree, answerOwnTwin, changeOwnAmount, changeOwnPurpose, stepOwn, wishErasure } from './acts.ts';
import { askLink, showDoor, signOut } from './door.ts';
import { showMy } from './page.ts';
import { downloadOwn, downloadStatement, exportOwn, showData } from './papers.ts';

const PATH = '/my/:token';
const own = { who: 'donor', limit: 'gift' } as const;

/** A donor's own page, and how they come there. */
export const myRoutes: Route[] = [
  { method: 'get', path: '/my', who: 'anyone', does: 'asks for a donor’s address', handle: showDoor },
  {
    ...{ method: 'post', path: '/my', who: 'anyone', limit: 'form' },
    ...{ does: 'mails the link to a donor’s own page', handle: askLink },
  },
  { method: 'get', path: PATH, who: 'donor', does: 'shows what a donor gave', handle: showMy },
  {
    ...{ method: 'get', path: `${PATH}/receipts/:id.pdf`, who: 'donor' },
    ...{ does: 'gives a receipt of theirs', handle: downloadOwn },
  },
  {
    ...{ method: 'get', path: `${PATH}/statements/:period.pdf`, who: 'donor' },
    ...{ does: 'gives a year of theirs on one paper', handle: downloadStatement },
  },
  {
    ...{ method: 'get', path: `${PATH}/data`, who: 'donor' },
    ...{ does: 'shows all that is kept about them', handle: showData },
  },
  {
    ...{ method: 'get', path: `${PATH}/data.json`, who: 'donor' },
    ...{ does: 'hands it over as a file', handle: exportOwn },
  },
  {
    ...{ method: 'post', path: `${PATH}/monthly/:id/amount`, ...own },
    ...{ does: 'changes its amount', handle: changeOwnAmount },
  },
  {
    ...{ method: 'post', path: `${PATH}/monthly/:id/purpose`, ...own },
    ...{ does: 'chooses what the months to come are for', handle: changeOwnPurpose },
  },
  {
    ...{ method: 'post', path: `${PATH}/monthly/:id/:step`, ...own },
    ...{ does: 'pauses, resumes or ends a monthly gift', handle: stepOwn },
  },
  {
    ...{ method: 'post', path: `${PATH}/gifts/:id/twin`, ...own },
    ...{ does: 'says whether two gifts were meant', handle: answerOwnTwin },
  },
  { method: 'post', path: `${PATH}/agreements`, ...own, does: 'sets what we may do', handle: agree },
  {
    ...{ method: 'post', path: `${PATH}/erasure`, ...own },
    ...{ does: 'keeps that they want to be erased', handle: wishErasure },
  },
  { method: 'post', path: `${PATH}/sign-out`, ...own, does: 'ends all links of theirs', handle: signOut },
];
