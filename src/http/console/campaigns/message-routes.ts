import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { savePlan, showPlan } from './plan.ts';

const PLAN = '/console/messages/:id/plan';

/** What is planned and approved of a message; its words are written elsewhere. */
export const planRoutes: Route[] = [
  { method: 'get', path: PLAN, who: READERS, does: 'shows audience and time', handle: showPlan },
  { method: 'post', path: PLAN, who: WRITERS, body: '128kb', does: 'plans a message', handle: savePlan },
];
