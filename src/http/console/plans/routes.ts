import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { askDuplicate, duplicate, keep } from './duplicate.ts';
import { plans, remove } from './list.ts';
import { askUse, use } from './use.ts';

const CAMPAIGN = '/console/campaigns/:id';

/** Campaigns to be made again. */
export const planPageRoutes: Route[] = [
  { method: 'get', path: '/console/plans', who: READERS, does: 'lists plans and occasions', handle: plans },
  {
    method: 'get',
    path: '/console/plans/use',
    who: WRITERS,
    does: 'asks what a plan leaves open',
    handle: askUse,
  },
  { method: 'post', path: '/console/plans/use', who: WRITERS, does: 'makes a campaign of it', handle: use },
  {
    method: 'post',
    path: '/console/plans/:id/removal',
    who: WRITERS,
    does: 'throws one away',
    handle: remove,
  },
  {
    ...{ method: 'get', path: `${CAMPAIGN}/duplicate`, who: WRITERS },
    ...{ does: 'asks for the new first day', handle: askDuplicate },
  },
  { method: 'post', path: `${CAMPAIGN}/duplicate`, who: WRITERS, does: 'makes it again', handle: duplicate },
  { method: 'post', path: `${CAMPAIGN}/plan`, who: WRITERS, does: 'keeps it as a plan', handle: keep },
];
