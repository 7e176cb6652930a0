import { type ScheduledTask, schedule } from 'node-cron';
import { tidyAnswers } from '../src/access/answers.ts';
import { defaultZone } from '../src/access/default-zone.ts';
import { tidyLinks } from '../src/access/one-time-links.ts';
import { tidySessions } from '../src/access/sessions.ts';
import { tellApprovals } from '../src/campaigns/approval-mails.ts';
import { tellAccounts, tellAttention } from '../src/campaigns/attention-mails.ts';
import { tendCanaries } from '../src/campaigns/canaries.ts';
import { askTwins, tellMonthly, tellOver } from '../src/campaigns/donor-mails.ts';
import { carryGiftConsents } from '../src/campaigns/gift-consents.ts';
import { tellGifts } from '../src/campaigns/gift-mails.ts';
import { tellHead } from '../src/campaigns/head-mails.ts';
import { pressEditions } from '../src/campaigns/newsletters/press.ts';
import { accompanyPages } from '../src/campaigns/occasions/accompany.ts';
import { tellGiftsAtPages } from '../src/campaigns/occasions/digests.ts';
import { forgetGuests } from '../src/campaigns/occasions/forget.ts';
import { remindYearly } from '../src/campaigns/occasions/reminders.ts';
import { tellAnswers, tellFamilies, tellThanked } from '../src/campaigns/occasions/told.ts';
import { launchDue, planRuns } from '../src/campaigns/planner.ts';
import { tellAskedRefunds } from '../src/campaigns/refund-asks.ts';
import { tellRefunds } from '../src/campaigns/refund-mails.ts';
import { tellFollowers } from '../src/campaigns/update-mails.ts';
import { tellWatchers } from '../src/campaigns/watch-mails.ts';
import { tidySubscriptions } from '../src/contacts/subscribe.ts';
import { importUploads, tidyUploads } from '../src/contacts/uploads.ts';
import { checkDeliverability } from '../src/deliveries/alarms.ts';
import { digestRuns, notePace } from '../src/deliveries/digests.ts';
import { forgetMailed } from '../src/deliveries/forget.ts';
import { sweepNotices } from '../src/deliveries/notices.ts';
import { fetchAllTemplates } from '../src/deliveries/phone/fetch.ts';
import { applyReports } from '../src/deliveries/phone/reports.ts';
import { collectFigures } from '../src/deliveries/publications/figures.ts';
import { tendAccounts } from '../src/deliveries/publications/tend.ts';
import { applyReturns } from '../src/deliveries/returns/apply.ts';
import { fetchReturns } from '../src/deliveries/returns/mailbox.ts';
import { tidyReturns } from '../src/deliveries/returns/record.ts';
import { sweep } from '../src/deliveries/sweep.ts';
import { tidyGrants } from '../src/deliveries/throttle.ts';
import { turnWarmups } from '../src/deliveries/warmup.ts';
import { collectEvents } from '../src/deliveries/webhooks/collect.ts';
import { wakeWebhooks } from '../src/deliveries/webhooks/deliver.ts';
import { tidyWebhooks } from '../src/deliveries/webhooks/log.ts';
import { forgetDrafts } from '../src/giving/bank/imports.ts';
import { askDisputes } from '../src/giving/disputes.ts';
import { releaseHolds } from '../src/giving/holds.ts';
import { sweepWebhooks } from '../src/giving/inbox.ts';
import { followDueMonthly } from '../src/giving/monthly-follow.ts';
import { reconcileOrders } from '../src/giving/reconcile.ts';
import { reconcileSettlements } from '../src/giving/reconciling.ts';
import { sendRefunds } from '../src/giving/refund-sending.ts';
import { sealJournals } from '../src/giving/seal.ts';
import type { Ground } from '../src/ground.ts';
import { forgetVisitors } from '../src/links/forget.ts';
import { compareCounters } from '../src/pages/counters.ts';
import { noteReached } from '../src/pages/ends.ts';
import { tidyFollowers } from '../src/pages/followers.ts';
import { queueDrawings } from '../src/pages/occasions/papers/waiting.ts';
import { tidyOccasions } from '../src/pages/occasions/tidy.ts';

interface Schedule {
  name: string;
  /** Cron with seconds; the time of day is the office's. */
  at: string;
  run(ground: Ground): Promise<unknown>;
}

async function planAndLaunch(ground: Ground): Promise<void> {
  await pressEditions(ground);
  await planRuns(ground);
  const launched = await launchDue(ground);
  // An edition's page is there when its first mail arrives.
  if (launched.some(({ outcome }) => outcome === 'launched')) await pressEditions(ground);
}

async function tellWebhooks(ground: Ground): Promise<void> {
  await collectEvents(ground);
  await wakeWebhooks(ground);
}

async function forgetPeople(ground: Ground): Promise<void> {
  await forgetMailed(ground);
  await forgetVisitors(ground);
  await tidyFollowers(ground);
  await tidyOccasions(ground);
  await forgetDrafts(ground);
}

async function tidyAccess(ground: Ground): Promise<void> {
  await tidySessions(ground);
  await tidyLinks(ground);
}

/** Each has its own mark on an event, so that one that fails keeps none of the others. */
async function tellDonors(ground: Ground): Promise<void> {
  await askTwins(ground);
  await tellMonthly(ground);
  await tellOver(ground);
  await carryGiftConsents(ground);
}

/** What happens at pages of families, to whom it concerns. */
async function tellOccasions(ground: Ground): Promise<void> {
  await tellFamilies(ground);
  await tellAnswers(ground);
  await tellThanked(ground);
  await tellGiftsAtPages(ground);
}

async function accompanyOccasions(ground: Ground): Promise<void> {
  await accompanyPages(ground);
  await remindYearly(ground);
  await forgetGuests(ground);
}

async function reconcileDaily(ground: Ground): Promise<void> {
  await askDisputes(ground);
  await reconcileSettlements(ground);
}

async function fetchBounces(ground: Ground): Promise<void> {
  if (ground.config.BOUNCE_IMAP_URL) await fetchReturns(ground);
}

/**
 * Everything that happens by the clock. Each runs in one process at a time; missing one does no harm.
 */
const schedules: Schedule[] = [
  { name: 'plan', at: '*/2 * * * * *', run: planAndLaunch },
  { name: 'sweep', at: '*/2 * * * * *', run: sweep },
  { name: 'canary', at: '*/2 * * * * *', run: tendCanaries },
  { name: 'pace', at: '6-59/10 * * * * *', run: notePace },
  { name: 'digests', at: '9-59/10 * * * * *', run: digestRuns },
  { name: 'notices', at: '*/5 * * * * *', run: sweepNotices },
  { name: 'approvals', at: '4-59/10 * * * * *', run: tellApprovals },
  { name: 'gifts', at: '2-59/5 * * * * *', run: tellGifts },
  { name: 'donors', at: '4-59/5 * * * * *', run: tellDonors },
  { name: 'projects', at: '8-59/10 * * * * *', run: noteReached },
  { name: 'project-news', at: '5-59/10 * * * * *', run: tellFollowers },
  { name: 'project-gifts', at: '7-59/20 * * * * *', run: tellWatchers },
  { name: 'occasions', at: '6-59/10 * * * * *', run: tellOccasions },
  { name: 'occasion-days', at: '28 */5 * * * *', run: accompanyOccasions },
  { name: 'imports', at: '*/3 * * * * *', run: importUploads },
  { name: 'occasion-drawings', at: '3-59/10 * * * * *', run: queueDrawings },
  { name: 'webhooks', at: '*/5 * * * * *', run: tellWebhooks },
  { name: 'gateway', at: '*/5 * * * * *', run: sweepWebhooks },
  { name: 'journal-seal', at: '*/3 * * * * *', run: sealJournals },
  { name: 'monthly-gifts', at: '47 */5 * * * *', run: followDueMonthly },
  { name: 'refunds', at: '3-59/5 * * * * *', run: sendRefunds },
  { name: 'refund-mails', at: '1-59/5 * * * * *', run: tellRefunds },
  { name: 'refund-asks', at: '3-59/5 * * * * *', run: tellAskedRefunds },
  { name: 'settlements', at: '0 40 6 * * *', run: reconcileDaily },
  { name: 'ledger-head', at: '30 5 7 * * *', run: tellHead },
  { name: 'open-orders', at: '33 */2 * * * *', run: reconcileOrders },
  { name: 'release-holds', at: '11,31,51 * * * * *', run: releaseHolds },
  { name: 'accounts', at: '21 * * * * *', run: tendAccounts },
  { name: 'account-mails', at: '41 * * * * *', run: tellAccounts },
  { name: 'attention', at: '0 0 9 * * *', run: tellAttention },
  { name: 'figures', at: '37 */5 * * * *', run: collectFigures },
  { name: 'tidy-webhooks', at: '15 23 * * * *', run: tidyWebhooks },
  { name: 'tidy-uploads', at: '25 23 3 * * *', run: tidyUploads },
  { name: 'tidy-answers', at: '45 17 * * * *', run: tidyAnswers },
  { name: 'returns', at: '1-59/2 * * * * *', run: (ground) => applyReturns(ground) },
  { name: 'phone-reports', at: '*/2 * * * * *', run: (ground) => applyReports(ground) },
  { name: 'phone-templates', at: '52 */15 * * * *', run: fetchAllTemplates },
  { name: 'bounce-mailbox', at: '15 * * * * *', run: fetchBounces },
  { name: 'deliverability', at: '7,27,47 * * * * *', run: checkDeliverability },
  { name: 'warm-up', at: '3-59/10 * * * * *', run: turnWarmups },
  { name: 'tidy-returns', at: '41 20 3 * * *', run: ({ sql }) => tidyReturns(sql) },
  { name: 'tidy-grants', at: '30 * * * * *', run: ({ sql }) => tidyGrants(sql) },
  { name: 'tidy-subscriptions', at: '0 17 * * * *', run: tidySubscriptions },
  { name: 'tidy-access', at: '20 37 * * * *', run: tidyAccess },
  { name: 'counters', at: '0 40 2 * * *', run: compareCounters },
  { name: 'forget', at: '0 10 3 * * *', run: forgetPeople },
];

/**
 * Starts the clock of a worker process, in the zone that the office has now.
 * @returns how to stop it, which waits for what is under way
 */
export async function startCron(ground: Ground): Promise<() => Promise<void>> {
  const timezone = await defaultZone(ground);
  const underWay = new Map<string, Promise<void>>();
  const start = ({ name, run }: Schedule) => {
    if (underWay.has(name)) return;
    const turn = ground.locks
      .exclusively(`cron:${name}`, () => run(ground))
      .then(() => undefined)
      .catch((err) => ground.log.error({ err, schedule: name }, 'a scheduled task failed'))
      .finally(() => underWay.delete(name));
    underWay.set(name, turn);
  };
  const tasks: ScheduledTask[] = schedules.map((entry) =>
    schedule(entry.at, () => start(entry), {
      timezone,
      name: entry.name,
      // A process that was stopped for a while is told so by its lease, not by the clock.
      suppressMissedWarning: true,
    }),
  );
  return async () => {
    for (const task of tasks) await task.destroy();
    await Promise.all(underWay.values());
  };
}
