import { beforeEach, expect, it } from 'vitest';
import { addUser } from '../../../src/access/users.ts';
import { checkDeliverability, openAlarms } from '../../../src/deliveries/alarms.ts';
import { recipientRates, senderRates } from '../../../src/deliveries/rates.ts';
import { resumeRun } from '../../../src/deliveries/runs.ts';
import { engineGround } from '../../support/engine.ts';
import { numbered, runState, startedRun } from '../../support/people.ts';
import { bringIn, complaint, report, type SentMail, sentRun } from '../../support/returned.ts';

const ground = engineGround({ MAIL_FROM: 'We Care <care@kssm.example>' });
let domains = 0;

beforeEach(() =>
  ground.sql.query(
    'TRUNCATE return_inbox, mail_return, suppression, deliverability_alarm, run_counter, notice, app_user CASCADE',
  ),
);

/** A sender domain that has sent so many mails, some of which can come back. */
async function sender(sent: number, ours = 5): Promise<{ domain: string; mails: SentMail[] }> {
  const domain = `s${++domains}.example`;
  const mails = await sentRun(ground, numbered(ours, `r${domain}`), { senderDomain: domain });
  await ground.sql.query('INSERT INTO run_counter (run, epoch, lane, sent) VALUES ($1, 1, 0, $2)', [
    ...[mails[0]?.run, sent],
  ]);
  return { domain, mails };
}
const running = (domain: string) =>
  startedRun(ground, numbered(3, `x${++domains}.example`), { senderDomain: domain });
const complain = async (mails: SentMail[]) => {
  for (const mail of mails) await bringIn(ground, complaint(mail));
};
const reasonOf = async (run: bigint) =>
  (await ground.sql.query('SELECT reason FROM run WHERE id = $1', [run])).rows[0].reason;

it('counts by sender and by recipient domain what came back, each person once', async () => {
  const { domain, mails } = await sender(100);
  const [a, b, c] = mails as [SentMail, SentMail, SentMail];
  await complain([a]);
  await bringIn(ground, report({ to: b.from, address: b.address }));
  await bringIn(ground, report({ to: c.from, address: c.address, status: '5.2.2', said: '552 5.2.2 full' }));
  await bringIn(
    ground,
    report({ to: c.from, address: c.address, status: '5.2.2', said: '552 5.2.2 still full' }),
  );
  await ground.sql.query(
    "INSERT INTO suppression (channel, hash, reason, source) VALUES ('email', address_hash('email', 'gone@x.example'), 'hardbounce', $1)",
    [`run ${a.run}`],
  );
  expect(await senderRates(ground)).toEqual([
    { domain, sent: 100, complaints: 1, hardBounces: 2, softBounces: 1 },
  ]);
  expect(await recipientRates(ground, 5)).toMatchObject([
    { domain: `r${domain}`, sent: 5, complaints: 1, bounces: 2, failed: 0 },
  ]);
});

it('raises an alarm at 0.1 %, stops nothing, and writes once to those who can act', async () => {
  for (const [email, role] of [
    ...[
      ['admin@kssm.example', 'administrator'],
      ['writer@kssm.example', 'author'],
    ],
  ] as [string, string][])
    await addUser(ground, { email, name: 'X', roles: [role] }, 'test');
  const { domain, mails } = await sender(2000);
  const { run } = await running(domain);
  await complain(mails.slice(0, 2));
  await checkDeliverability(ground);
  expect(await openAlarms(ground.sql)).toEqual([]); // two people are no rate
  await complain(mails.slice(2, 3));
  await checkDeliverability(ground);
  await checkDeliverability(ground);
  expect(await openAlarms(ground.sql)).toMatchObject([
    { senderDomain: domain, kind: 'complaints', level: 'alarm', count: 3, sent: 2000 },
  ]);
  expect(await runState(ground, run)).toBe('running');
  const notices = await ground.db.notice.findMany();
  expect(notices).toMatchObject([{ address: 'admin@kssm.example', kind: 'deliverability' }]);
  expect(notices[0]?.text).toMatch(/3 of 2,000 people.*0\.15 %.*Settings › Deliverability.*കഴിഞ്ഞ 7/s);
});

it('pauses at 0.3 % what runs and what starts, each once, with the reason in status and audit', async () => {
  const { domain, mails } = await sender(1000);
  const { run } = await running(domain);
  const { run: other } = await running('other.example');
  await complain(mails.slice(0, 3));
  await checkDeliverability(ground);
  expect([await runState(ground, run), await runState(ground, other)]).toEqual(['paused', 'running']);
  expect(await reasonOf(run)).toMatch(/^Paused by the engine: 0\.3 % \(3 of 1000\).*complained.*resume it/);
  const { rows } = await ground.sql.query(
    "SELECT actor, after FROM audit_entry WHERE action = 'run.paused' AND subject_id = $1",
    [String(run)],
  );
  expect(rows).toMatchObject([{ actor: 'engine', after: { reason: expect.stringContaining('0.3 %') } }]);
  // Somebody decides that it goes on: it is left alone, a new one is not.
  await resumeRun(ground, run, 'cli:test');
  expect(await reasonOf(run)).toBeNull();
  const { run: later } = await running(domain);
  await checkDeliverability(ground);
  expect([await runState(ground, run), await runState(ground, later)]).toEqual(['running', 'paused']);
});

it('ends an alarm when the rate has fallen, and raises it anew', async () => {
  const { domain, mails } = await sender(1000);
  await complain(mails.slice(0, 3));
  await checkDeliverability(ground);
  const set = (n: number) => ground.sql.query('UPDATE run_counter SET sent = $1 WHERE epoch = 1', [n]);
  await set(10_000);
  await checkDeliverability(ground);
  expect(await openAlarms(ground.sql)).toEqual([]);
  await set(1000);
  await checkDeliverability(ground);
  expect(await openAlarms(ground.sql)).toMatchObject([{ senderDomain: domain, level: 'pause' }]);
});

it('pauses at a tenth of hard bounces, not for a few', async () => {
  const { domain, mails } = await sender(200, 20);
  const { run } = await running(domain);
  for (const mail of mails.slice(1)) await bringIn(ground, report({ to: mail.from, address: mail.address }));
  await checkDeliverability(ground);
  expect(await runState(ground, run)).toBe('running');
  for (const mail of mails.slice(0, 1))
    await bringIn(ground, report({ to: mail.from, address: mail.address }));
  await checkDeliverability(ground);
  expect(await runState(ground, run)).toBe('paused');
  expect(await reasonOf(run)).toContain('do not exist');
});
