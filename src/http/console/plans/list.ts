import { listOccasions, type Occasion } from '../../../campaigns/plans/occasions.ts';
import { listPlans, removePlan } from '../../../campaigns/plans/plans.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { dayAt } from '../campaigns/words.ts';
import { leadOn, readingOf, showConsole } from '../shell.ts';
import { messagesOf } from './words.ts';

export const PLANS = '/console/plans';

/** Plans that staff have kept, and days of the year with words of ours. */
export const plans: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const kept = await listPlans(web.ground.sql);
  const data = {
    plans: kept.map((plan) => ({ ...plan, messages: messagesOf(reading, plan.content) })),
    occasions: occasionsNow(web, reading.zone).map((one) => ({
      ...{ key: one.key, name: one.name[reading.language], messages: messagesOf(reading, one.content) },
      ...{ at: one.next ? dayAt(one.next.day) : null, moves: Boolean(one.next?.moves) },
    })),
    mayWrite: web.allows(staffOf(res).user.roles, 'post', `${PLANS}/use`),
  };
  const crumbs = [{ href: '/console/campaigns', text: reading.t('nav.campaigns') }];
  const styles = ['console-campaigns.css', 'console-calendar.css'];
  await showConsole(web, { req, res, name: 'plans', title: reading.t('plans.title'), data, crumbs, styles });
};

/** Occasions as they come from now on. */
export function occasionsNow({ ground }: Web, timeZone: string): Occasion[] {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(ground.clock.now());
  return listOccasions({ today, site: ground.config.publicUrl });
}

export const remove: Handler = (web) => async (req, res) => {
  await removePlan(web.ground, { ...staffOf(res).user, disabledAt: null }, String(req.params.id));
  leadOn(res, PLANS, 'plans-removed');
};
