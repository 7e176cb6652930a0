import { createHmac } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { unsubscribe } from '../../../../src/deliveries/unsubscribe.ts';
import { collectEvents } from '../../../../src/deliveries/webhooks/collect.ts';
import { deliverWebhooks } from '../../../../src/deliveries/webhooks/deliver.ts';
import {
  addEndpoint,
  changeEndpoint,
  listEndpoints,
  readEndpoint,
  removeEndpoint,
  rotateSecret,
} from '../../../../src/deliveries/webhooks/endpoints.ts';
import { readLog, readMessage, redeliver, testEndpoint } from '../../../../src/deliveries/webhooks/log.ts';
import { ensureLinks, followLink, recordTouch } from '../../../../src/links/links.ts';
import { aUser } from '../../../support/api.ts';
import { testGround } from '../../../support/ground.ts';
import { numbered, startedRun } from '../../../support/people.ts';
import { testReceiver } from '../../../support/receiver.ts';

const ground = testGround({ WEBHOOK_PRIVATE_ADDRESSES: 'true' });
const receiver = testReceiver();
const NOW = { settleSeconds: 0 };

beforeEach(async () => {
  Object.assign(receiver.behaviour, { status: 200, headers: {}, silent: false });
  receiver.got.length = 0;
  await ground.sql.query('DELETE FROM webhook_endpoint');
});

const listen = (...events: string[]) => addEndpoint(ground, { url: receiver.url(), events }, 'cli:test');
const told = () =>
  receiver.got.flatMap(({ body }) => {
    const { type, data } = JSON.parse(body);
    return data.events.map((event: Record<string, unknown>) => ({ type, ...event }));
  });
const settle = (run: bigint, state: string, where = 'true') =>
  ground.sql.query(`UPDATE delivery SET state = $2::delivery_state, at = now() WHERE run = $1 AND ${where}`, [
    run,
    state,
  ]);
const endRanges = (run: bigint) =>
  ground.sql.query('UPDATE run_range SET done_at = now() WHERE run = $1', [run]);

it('tells of each delivery once, piece by piece, and later of those that came late', async () => {
  const { id } = await listen('delivery.delivered', 'delivery.bounced');
  const { run } = await startedRun(ground, numbered(1203));
  await settle(run, 'sent', 'seq <= 700');
  await settle(run, 'deferred', 'seq = 10');
  await ground.sql.query('UPDATE run_range SET done_at = now() WHERE run = $1 AND first = 1', [run]);
  expect(await collectEvents(ground, NOW)).toBe(1);
  await settle(run, 'sent', 'seq > 700');
  await settle(run, 'failed', 'seq = 1000');
  await settle(run, 'sent', 'seq = 10');
  await endRanges(run);
  await ground.sql.query("UPDATE run SET state = 'finished', ended_at = now() WHERE id = $1", [run]);
  await collectEvents(ground, NOW);
  expect(await collectEvents(ground, NOW)).toBe(0);
  await deliverWebhooks(ground, id);
  const all = told();
  expect(all.filter(({ type }) => type === 'delivery.bounced').map(({ seq }) => seq)).toEqual([1000]);
  const delivered = all.filter(({ type }) => type === 'delivery.delivered').map(({ seq }) => seq);
  expect(delivered.sort((a, b) => a - b)).toEqual(
    Array.from({ length: 1203 }, (_, i) => i + 1).filter((n) => n !== 1000),
  );
  expect(
    Math.max(...receiver.got.map(({ body }) => JSON.parse(body).data.events.length)),
  ).toBeLessThanOrEqual(500);
  const { rows } = await ground.sql.query(
    'SELECT count(*)::int AS n FROM webhook_range WHERE endpoint_id = $1',
    [id],
  );
  expect(rows[0].n).toBe(0);
});

it('what ended before an endpoint was added is not told', async () => {
  const { run } = await startedRun(ground, numbered(3, 'before.example'));
  await settle(run, 'sent');
  await endRanges(run);
  const { id } = await listen('delivery.delivered');
  await collectEvents(ground, NOW);
  await deliverWebhooks(ground, id);
  expect(receiver.got).toEqual([]);
});

it('tells of clicks of people and of withdrawals, not of scanners, and each once', async () => {
  const { run, ids } = await startedRun(ground, numbered(2, 'clicks.example'));
  const { id } = await listen('link.clicked', 'contact.unsubscribed');
  const message = await ground.db.message.create({
    data: {
      ...{ name: 'M', purpose: 'appeals', fromName: 'W', fromAddress: 'w@kssm.example', audience: {} },
      campaign: { create: { name: 'C' } },
    },
  });
  const code = [
    ...(await ensureLinks(ground, message.id, ['https://wecare.example/give'])).values(),
  ][0] as string;
  await followLink(ground, code, { recipient: { run, seq: 1 }, machine: false });
  await followLink(ground, code, { recipient: { run, seq: 2 }, machine: true });
  await recordTouch(ground, { kind: 'open', recipient: { run, seq: 1 }, machine: false });
  const recipient = { run, seq: 2, contactId: ids[1] as string, language: 'en', purpose: 'appeals' };
  await unsubscribe(ground, recipient, 'one-click unsubscribe');
  await collectEvents(ground, NOW);
  await collectEvents(ground, NOW);
  await deliverWebhooks(ground, id);
  expect(
    told()
      .map(({ type }) => type)
      .sort(),
  ).toEqual(['contact.unsubscribed', 'link.clicked']);
  expect(told().find(({ type }) => type === 'link.clicked')).toMatchObject({
    run: Number(run),
    seq: 1,
    url: 'https://wecare.example/give',
  });
  expect(told().find(({ type }) => type === 'contact.unsubscribed')).toMatchObject({
    contactId: ids[1],
    basis: 'one-click unsubscribe',
  });
});

it('tells of what came back, with the reason', async () => {
  const { run } = await startedRun(ground, numbered(2, 'returned.example'));
  const { id } = await listen('delivery.bounced', 'delivery.complained');
  await ground.sql.query(
    `INSERT INTO mail_return (inbox, source, key, kind, reason, hard, run, seq, effect, at)
     VALUES (1, 'imap', 'a', 'bounce', 'userunknown', true, $1, 1, 'bounced', now()),
            (2, 'imap', 'b', 'complaint', 'feedback', false, $1, 2, 'complained', now()),
            (3, 'imap', 'c', 'auto-reply', '', false, $1, 2, 'none', now())`,
    [run],
  );
  await collectEvents(ground, NOW);
  await deliverWebhooks(ground, id);
  const found = told().map(({ type, seq, reason, hard }) => ({ type, seq, reason, hard }));
  expect(found).toEqual([
    { type: 'delivery.bounced', seq: 1, reason: 'userunknown', hard: true },
    { type: 'delivery.complained', seq: 2, reason: 'feedback', hard: false },
  ]);
});

it('what is not yet to be seen is waited for, so that nothing is passed over', async () => {
  const { run } = await startedRun(ground, numbered(1, 'gap.example'));
  const { id } = await listen('link.clicked');
  const open = await ground.sql.connect();
  await open.query('BEGIN');
  await open.query("INSERT INTO touch (kind, run, seq, at) VALUES ('click', $1, 1, now())", [run]);
  await ground.sql.query("INSERT INTO touch (kind, run, seq, at) VALUES ('click', $1, 1, now())", [run]);
  expect(await collectEvents(ground, NOW)).toBe(0);
  await open.query('COMMIT');
  open.release();
  expect(await collectEvents(ground, NOW)).toBe(1);
  await deliverWebhooks(ground, id);
  expect(told()).toHaveLength(2);
});

it('a receiver that fails is left to rest, tried again, and stopped after days with a reason', async () => {
  const { id } = await listen('link.clicked');
  const message = await testEndpoint(ground, id, 'cli:test');
  receiver.behaviour.status = 500;
  await deliverWebhooks(ground, id);
  await deliverWebhooks(ground, id);
  expect(receiver.got).toHaveLength(1);
  expect((await readEndpoint(ground, id)).failingSince).not.toBeNull();
  expect(await readMessage(ground, message)).toMatchObject({ state: 'waiting', attempts: 1, status: 500 });
  await ground.sql.query(
    "UPDATE webhook_endpoint SET rests_until = NULL, failing_since = now() - interval '6 days'",
  );
  await ground.sql.query('UPDATE webhook_message SET due_at = now()');
  await deliverWebhooks(ground, id);
  const stopped = await readEndpoint(ground, id);
  expect(stopped.disabledReason).toMatch(/5 days.*500/);
  expect((await readMessage(ground, message)).state).toBe('failed');
  await expect(testEndpoint(ground, id, 'cli:test')).rejects.toThrow(/stopped/);
  receiver.behaviour.status = 200;
  await changeEndpoint(ground, { id, change: { enabled: true } }, 'cli:test');
  await redeliver(ground, message, 'cli:test');
  await deliverWebhooks(ground, id);
  const after = await readMessage(ground, message);
  expect(after.state).toBe('delivered');
  expect(after.log.map(({ status }) => status)).toEqual([500, 500, 200]);
  expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([message]));
});

it('one that says it is gone is stopped at once, and its maker is told', async () => {
  const user = await aUser(ground, ['administrator']);
  const { id } = await addEndpoint(ground, { url: receiver.url(), events: ['link.clicked'] }, user.email);
  await testEndpoint(ground, id, user.email);
  receiver.behaviour.status = 410;
  await deliverWebhooks(ground, id);
  expect((await readEndpoint(ground, id)).disabledReason).toContain('410');
  const notice = await ground.db.notice.findFirst({ where: { address: user.email } });
  expect(notice?.text).toContain('410');
});

it('messages of a receiver that takes nothing do not pile up without end', async () => {
  const { id } = await listen('link.clicked');
  await ground.sql.query(
    `INSERT INTO webhook_message (id, endpoint_id, type, events, body)
     SELECT gen_random_uuid(), $1, 'test', 1, '{}' FROM generate_series(1, 1000)`,
    [id],
  );
  const { run } = await startedRun(ground, numbered(1, 'pile.example'));
  await recordTouch(ground, { kind: 'click', recipient: { run, seq: 1 }, machine: false });
  expect(await collectEvents(ground, NOW)).toBe(0);
  await ground.sql.query('DELETE FROM webhook_message');
  expect(await collectEvents(ground, NOW)).toBe(1);
});

it('two processes at once send each message once', async () => {
  const { id } = await listen('link.clicked');
  for (let n = 0; n < 6; n += 1) await testEndpoint(ground, id, 'cli:test');
  await Promise.all(Array.from({ length: 4 }, () => deliverWebhooks(ground, id)));
  expect(receiver.got).toHaveLength(6);
  expect((await readLog(ground, id, { limit: 50 })).every(({ state }) => state === 'delivered')).toBe(true);
});

it('a message whose sender died is sent again', async () => {
  const { id } = await listen('link.clicked');
  await testEndpoint(ground, id, 'cli:test');
  await ground.sql.query(
    "UPDATE webhook_message SET state = 'sending', leased_until = now() - interval '1 s'",
  );
  await deliverWebhooks(ground, id);
  expect(receiver.got).toHaveLength(1);
});

it('after a rotation both secrets sign for a day, then the new one alone', async () => {
  const { id, secret: old } = await listen('link.clicked');
  const fresh = await rotateSecret(ground, id, 'cli:test');
  const signatures = async () => {
    receiver.got.length = 0;
    await testEndpoint(ground, id, 'cli:test');
    await deliverWebhooks(ground, id);
    return String(receiver.got[0]?.headers['webhook-signature']).split(' ');
  };
  const both = await signatures();
  const { headers, body } = receiver.got[0] as (typeof receiver.got)[number];
  const by = (secret: string) =>
    `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
      .digest('base64')}`;
  expect(both).toEqual([by(fresh), by(old)]);
  ground.clock.set(new Date(ground.clock.now().getTime() + 25 * 3_600_000));
  expect(await signatures()).toHaveLength(1);
});

it('addresses, events and secrets are kept as they should be', async () => {
  await expect(listen('nothing.happened')).rejects.toThrow(/link\.clicked/);
  const wrong = ['ftp://a.example/', 'http://user:pw@a.example/', 'nonsense'];
  for (const url of wrong)
    await expect(addEndpoint(ground, { url, events: ['link.clicked'] }, 'cli:test')).rejects.toThrow(/https/);
  const { id, secret } = await listen('link.clicked');
  const { rows } = await ground.sql.query('SELECT * FROM webhook_endpoint');
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(JSON.stringify(await listEndpoints(ground))).not.toContain(secret);
  const production = { ...ground, config: { ...ground.config, production: true } };
  await expect(
    addEndpoint(production, { url: 'http://a.example/', events: ['link.clicked'] }, 'x'),
  ).rejects.toThrow(/https/);
  await removeEndpoint(ground, id, 'cli:test');
  expect(await listEndpoints(ground)).toEqual([]);
});
