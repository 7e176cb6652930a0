import { beforeAll, describe, expect, it } from 'vitest';
import { tellOver } from '../../../src/campaigns/donor-mails.ts';
import { accountOf, type GivingAccount } from '../../../src/giving/accounts.ts';
import { applyPayment } from '../../../src/giving/apply.ts';
import { quoteShare } from '../../../src/giving/holds.ts';
import { accounts, balance } from '../../../src/giving/journal.ts';
import { stepMonthly } from '../../../src/giving/monthly-change.ts';
import { askMonthly } from '../../../src/giving/monthly-follow.ts';
import { overAmong, pointMonthly } from '../../../src/giving/monthly-purpose.ts';
import { recordGift } from '../../../src/giving/orders.ts';
import { closeProject, noteReached } from '../../../src/pages/ends.ts';
import { publishUpdate, writeUpdate } from '../../../src/pages/updates.ts';
import { giftOf, openTill } from '../../support/giving.ts';
import { testGround } from '../../support/ground.ts';
import { testStandIn } from '../../support/stand-in.ts';
import { content, type Hands, hands, liveProject, raise } from '../pages/support.ts';

const ground = testGround();
/** Webhooks wait, so that the test tells them. */
const till = testStandIn({
  settings: { webhooks: { delayMs: 3_600_000 } },
  clock: { now: () => ground.clock.now() },
});
const BY = { actor: 'the person', origin: 'donor page' };
let account: GivingAccount;
let staff: Hands;
beforeAll(async () => {
  await openTill(ground, till.url());
  account = await accountOf(ground, 'domestic');
  staff = await hands(ground);
});

let donors = 0;
/** A monthly gift to a project, whose first month was paid. */
async function monthlyTo(projectId: string, amount = 20_000n) {
  const email = `monthly${++donors}@people.example`;
  const base = giftOf(amount);
  const shown = await quoteShare(ground.sql, { projectId, amount, now: ground.clock.now() });
  const order = await recordGift(ground, {
    ...{ ...base, monthly: true, fund: accounts.project(projectId, 'domestic') },
    ...{ project: { id: projectId, shown }, donor: { ...base.donor, email } },
  });
  const { rows } = await ground.sql.query('SELECT monthly_id AS id FROM gift_order WHERE id = $1', [order]);
  const id = rows[0].id as string;
  await askMonthly(ground, id);
  const named = await ground.sql.query('SELECT gateway_id FROM monthly_gift WHERE id = $1', [id]);
  const gatewayId = named.rows[0].gateway_id as string;
  await applyPayment(ground, account, till.mandate(gatewayId, { method: 'upi' }).paymentId);
  await askMonthly(ground, id);
  return { id, gatewayId, email };
}
const month = async (gatewayId: string) => applyPayment(ground, account, till.charge(gatewayId).paymentId);
const held = async (projectId: string) => ({
  project: -(await balance(ground.sql, accounts.project(projectId, 'domestic'))),
  general: -(await balance(ground.sql, accounts.general('domestic'))),
});
const WORDS = { en: { title: 'Over', text: 'Thanks' }, ml: { title: 'കഴിഞ്ഞു', text: 'നന്ദി' } };
const close = (id: string) => closeProject(ground, { id, words: WORDS }, staff.approver);
const told = (address: string) => ground.db.notice.findMany({ where: { address, kind: 'monthly-over' } });
const later = (days: number) => ground.clock.set(ground.clock.now().getTime() + days * 86_400_000);

describe('A monthly gift whose project has ended', () => {
  it('goes to the fund from the next month on, and its donor is told once, with the way to their page', async () => {
    const project = await liveProject(ground, staff);
    const { id, gatewayId, email } = await monthlyTo(project);
    expect(await tellOver(ground)).toBe(0);
    await close(project);
    const before = await held(project);
    later(30);
    expect(await month(gatewayId)).toBe('captured');
    const after = await held(project);
    expect([after.project - before.project, after.general - before.general]).toEqual([0n, 20_000n]);
    expect(await overAmong(ground, [id])).toEqual(new Set([id]));
    expect(await tellOver(ground)).toBe(1);
    expect(await tellOver(ground)).toBe(0);
    const [mail, ...more] = await told(email);
    expect(more).toEqual([]);
    expect(mail?.text).toMatch(/“Wheels”[\s\S]*\/my\/[\w-]{50}/);
  });

  it('goes to the fund also when the report ended the project at its goal', async () => {
    const projectId = await liveProject(ground, staff);
    const { gatewayId } = await monthlyTo(projectId);
    await raise(ground, projectId, 10_000_000n);
    await noteReached(ground);
    const content = { ...WORDS, kind: 'report' };
    const report = await writeUpdate(ground, { projectId, content }, staff.author);
    await publishUpdate(ground, { projectId, id: report }, staff.approver);
    later(30);
    const before = await held(projectId);
    await month(gatewayId);
    const after = await held(projectId);
    expect([after.project - before.project, after.general - before.general]).toEqual([0n, 20_000n]);
  });

  it('keeps for the project what was paid before its end and told of later', async () => {
    const project = await liveProject(ground, staff);
    const { gatewayId } = await monthlyTo(project);
    const { paymentId } = till.charge(gatewayId);
    later(1);
    await close(project);
    const before = await held(project);
    await applyPayment(ground, account, paymentId);
    expect((await held(project)).project - before.project).toBe(20_000n);
  });

  it('is told of a goal that takes no more, and of a last day that has passed', async () => {
    await tellOver(ground);
    const until = new Date(ground.clock.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10);
    const goal = { amount: '100000', capped: true, until: null, unit: null };
    const full = await liveProject(ground, staff, content({ goal }));
    const dated = await liveProject(ground, staff, content({ goal: { ...goal, capped: false, until } }));
    const [one, other] = [await monthlyTo(full), await monthlyTo(dated)];
    await raise(ground, full, 80_000n);
    await ground.sql.query('UPDATE goal SET open = false WHERE project_id = $1', [full]);
    expect(await tellOver(ground)).toBe(1);
    later(5);
    expect(await tellOver(ground)).toBe(1);
    expect([(await told(one.email)).length, (await told(other.email)).length]).toEqual([1, 1]);
    const before = await held(dated);
    await month(other.gatewayId);
    expect((await held(dated)).general - before.general).toBe(20_000n);
  });

  it('is nobody’s news when it was stopped before', async () => {
    const project = await liveProject(ground, staff);
    const { id, email } = await monthlyTo(project);
    await stepMonthly(ground, { id, step: 'cancel' }, BY);
    await close(project);
    await tellOver(ground);
    expect(await told(email)).toEqual([]);
  });
});

describe('What a monthly gift is for', () => {
  it('is changed by its donor, to another project or the fund, for the months to come', async () => {
    const [first, second] = [await liveProject(ground, staff), await liveProject(ground, staff)];
    const { id, gatewayId } = await monthlyTo(first);
    await pointMonthly(ground, { id, project: second }, BY);
    await month(gatewayId);
    expect([(await held(first)).project, (await held(second)).project]).toEqual([20_000n, 20_000n]);
    await pointMonthly(ground, { id, project: null }, BY);
    await month(gatewayId);
    expect((await held(second)).project).toBe(20_000n);
    const { rows } = await ground.sql.query(
      "SELECT after->>'fund' AS fund FROM audit_entry WHERE action = 'monthly.purpose' AND subject_id = $1 ORDER BY id",
      [id],
    );
    expect(rows.map(({ fund }) => fund)).toEqual([
      accounts.project(second, 'domestic'),
      accounts.general('domestic'),
    ]);
  });

  it('is no project that takes no gifts, none that is not there, and nothing once it is over', async () => {
    const [first, over] = [await liveProject(ground, staff), await liveProject(ground, staff)];
    const { id } = await monthlyTo(first);
    await close(over);
    await expect(pointMonthly(ground, { id, project: over }, BY)).rejects.toThrow('takes no gifts');
    const missing = crypto.randomUUID();
    await expect(pointMonthly(ground, { id, project: missing }, BY)).rejects.toThrow('no such project');
    await stepMonthly(ground, { id, step: 'cancel' }, BY);
    await expect(pointMonthly(ground, { id, project: null }, BY)).rejects.toThrow('another state');
  });
});
