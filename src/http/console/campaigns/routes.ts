import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { archive, restore } from './archive.ts';
import { change, make, showEdit, showNew } from './form.ts';
import { list } from './list.ts';
import { planRoutes } from './message-routes.ts';
import { page } from './page.ts';
import { campaignCsv, campaignReport } from './report.ts';
import { runRoutes } from './run-routes.ts';

/** Campaigns: planning them, watching them, telling what came of them. */
export const campaignRoutes: Route[] = [
  { method: 'get', path: '/console/campaigns', who: READERS, does: 'lists campaigns', handle: list },
  {
    method: 'get',
    path: '/console/campaigns/new',
    who: WRITERS,
    does: 'asks what is planned',
    handle: showNew,
  },
  { method: 'post', path: '/console/campaigns', who: WRITERS, does: 'makes a campaign', handle: make },
  { method: 'get', path: '/console/campaigns/:id', who: READERS, does: 'shows a campaign', handle: page },
  {
    method: 'get',
    path: '/console/campaigns/:id/edit',
    who: WRITERS,
    does: 'asks what changes',
    handle: showEdit,
  },
  {
    method: 'post',
    path: '/console/campaigns/:id',
    who: WRITERS,
    does: 'changes a campaign',
    handle: change,
  },
  {
    method: 'post',
    path: '/console/campaigns/:id/archive',
    who: WRITERS,
    does: 'puts it away',
    handle: archive,
  },
  {
    method: 'post',
    path: '/console/campaigns/:id/restore',
    who: WRITERS,
    does: 'brings it back',
    handle: restore,
  },
  {
    ...{ method: 'get', path: '/console/campaigns/:id/report', who: READERS },
    ...{ does: 'tells what came of it', handle: campaignReport },
  },
  {
    ...{ method: 'get', path: '/console/campaigns/:id/report.csv', who: READERS },
    ...{ does: 'gives its figures', handle: campaignCsv },
  },
  ...runRoutes,
  ...planRoutes,
];
