import { approveMessage } from '../../../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../../../src/campaigns/campaigns.ts';
import { launchDue, planRuns } from '../../../../../src/campaigns/planner.ts';
import type { Ground } from '../../../../../src/ground.ts';
import { OWN, type TestWeb } from '../../../../support/staff.ts';
import { editorOf, newCampaign, type People } from '../../../campaigns/support.ts';

/** What somebody signed in gets and sends. */
export function browsing(web: TestWeb, cookie: () => string) {
  return {
    page: async (path: string) => {
      const answer = await web.ask(path, { headers: { cookie: cookie() } });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
    send: async (path: string, fields: Record<string, string> | [string, string][] = {}) => {
      const headers = { ...OWN, cookie: cookie() };
      const answer = await web.ask(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
      return { status: answer.status, text: await answer.text(), to: answer.headers.get('location') };
    },
  };
}

/** A run to two people that is under way, made as the planner makes it. The clock moves an hour on. */
export async function launchedRun(
  ground: Ground & { clock: { set(at: Date): void } },
  { author, approver }: People,
): Promise<{ run: string; messageId: string; campaignId: string }> {
  const ids = await newCampaign(ground, author);
  const due = new Date(ground.clock.now().getTime() + 1_800_000);
  const at = due.toISOString().slice(0, 16);
  const timing = { schedule: { kind: 'once', at, zone: 'UTC' }, latePolicy: 'send' as const };
  await scheduleMessage(ground, { messageId: ids.messageId, editor: editorOf(author) }, timing);
  await approveMessage(ground, { messageId: ids.messageId, user: approver }, 'SJD/1/2026');
  await planRuns(ground);
  ground.clock.set(new Date(due.getTime() + 1_800_000));
  const launched = await launchDue(ground);
  return { ...ids, run: String(launched.find(({ outcome }) => outcome === 'launched')?.run) };
}
