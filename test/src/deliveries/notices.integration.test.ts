import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { suppress } from '../../../src/contacts/suppression.ts';
import type { Sender } from '../../../src/deliveries/ledger.ts';
import {
  CONFIRMATION,
  deliverNotice,
  queueNotice,
  sendNotice,
  sweepNotices,
} from '../../../src/deliveries/notices.ts';
import { type Registration, registerWorker } from '../../../src/deliveries/workers.ts';
import { engineGround } from '../../support/engine.ts';
import { accountAt } from '../../support/people.ts';
import { CLOSE, openRude, type Rude, type RudeOptions } from '../../support/rude.ts';
import { until } from '../../support/until.ts';

const ground = engineGround({ MAIL_FROM: 'We Care <care@kssm.example>' });
const servers: Rude[] = [];
let sender: Registration;

beforeEach(async () => {
  await ground.sql.query('DELETE FROM account');
  sender = await registerWorker(ground);
});
afterEach(async () => {
  await sender.leave();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function rude(options: RudeOptions = {}, more: Parameters<typeof accountAt>[2] = {}): Promise<Rude> {
  const server = await openRude(options);
  servers.push(server);
  await accountAt(ground, server.port, more);
  return server;
}
const put = (address = 'staff@kssm.example', text = 'one') =>
  sendNotice(ground, {
    ...{ kind: 'code', address, language: 'ml', subject: 'രസീത്', html: `<p>${text}</p>`, text },
  });
const read = (id: string) => ground.db.notice.findUniqueOrThrow({ where: { id } });
async function deliver(id: string, by: Sender = sender) {
  await deliverNotice(ground, id, by);
  return read(id);
}

it('sends a notice once, however often its job runs', async () => {
  const server = await rude({ latencyMs: 30 });
  const id = await put();
  await Promise.all([1, 2, 3].map(() => deliver(id)));
  expect(await deliver(id)).toMatchObject({ state: 'sent', attempts: 1, code: 250 });
  expect(server.accepted).toMatchObject([{ to: 'staff@kssm.example', from: 'care@kssm.example' }]);
  expect(server.accepted[0]?.body).toContain('Auto-Submitted: auto-generated');
});

it('carries the one-click end of what can be ended, and of nothing else', async () => {
  const server = await rude();
  const leaveUrl = 'https://wecare.example/follow/token/end';
  const letter = {
    subject: 'News',
    html: '<p>one</p>',
    text: 'one',
    language: 'en',
    address: 'a@kssm.example',
  };
  await deliver(
    await queueNotice(ground.sql, ground.config, { ...letter, kind: 'project-update', leaveUrl }),
  );
  expect(server.accepted[0]?.body).toContain(`List-Unsubscribe: <${leaveUrl}>`);
  expect(server.accepted[0]?.body).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  await deliver(await put());
  expect(server.accepted[1]?.body).not.toContain('List-Unsubscribe');
});

it('writes to nobody who is suppressed', async () => {
  const server = await rude();
  const value = 'gone@people.example';
  await suppress(ground.sql, { channel: 'email', value, reason: 'hardbounce', source: 'test' });
  expect(await deliver(await put(value))).toMatchObject({ state: 'suppressed' });
  expect(server.heard).toEqual([]);
});

it('asks who unsubscribed whether they want to come back, and nobody who is dead or has complained', async () => {
  const server = await rude();
  const states: string[] = [];
  for (const reason of ['unsubscribed', 'complaint', 'hardbounce', 'manual']) {
    const value = `${reason}@back.example`;
    await suppress(ground.sql, { channel: 'email', value, reason, source: 'test' });
    const mail = { address: value, language: 'ml', subject: 'x', html: 'x', text: 'x' };
    states.push((await deliver(await sendNotice(ground, { kind: CONFIRMATION, ...mail }))).state);
    states.push((await deliver(await sendNotice(ground, { kind: 'welcome', ...mail }))).state);
  }
  expect(states).toEqual(['sent', ...Array(7).fill('suppressed')]);
  expect(server.accepted.map(({ to }) => to)).toEqual(['unsubscribed@back.example']);
});

it('tries again after a temporary refusal, and not before its time', async () => {
  const server = await rude({
    answer: ({ stage, tries }) => (stage === 'RCPT' && tries === 1 ? '451 4.3.0 later' : undefined),
  });
  const id = await put();
  expect(await deliver(id)).toMatchObject({ state: 'waiting', attempts: 1, code: 451, endedAt: null });
  expect(await deliver(id)).toMatchObject({ attempts: 1 });
  await until(async () => (await deliver(id)).state === 'sent', 'it is sent', 5);
  expect(server.accepted).toHaveLength(1);
});

it('fails at a final refusal', async () => {
  await rude({ answer: ({ stage }) => (stage === 'dot' ? '554 5.6.0 no' : undefined) });
  expect(await deliver(await put())).toMatchObject({ state: 'failed', code: 554 });
});

it('does not know what became of it when the server drops the connection after the dot, and leaves it', async () => {
  const server = await rude({ answer: ({ stage }) => (stage === 'dot' ? CLOSE : undefined) });
  const id = await put();
  expect(await deliver(id)).toMatchObject({ state: 'unknown' });
  expect(await deliver(id)).toMatchObject({ state: 'unknown', attempts: 1 });
  expect(server.connections.total).toBe(1);
});

it('goes by the next account when the first is away, and waits when all are', async () => {
  const id = await put();
  expect(await deliver(id)).toMatchObject({
    state: 'waiting',
    reply: expect.stringContaining('no SMTP account'),
  });
  await accountAt(ground, 1, { priority: 1 });
  const server = await rude({}, { priority: 2 });
  await until(async () => (await deliver(id)).state === 'sent', 'it is sent', 5);
  expect(server.accepted).toHaveLength(1);
});

it('does not stay in hand when an account cannot be used at all', async () => {
  await rude();
  await ground.sql.query("UPDATE account SET secret = '\\x00'");
  expect(await deliver(await put())).toMatchObject({ state: 'waiting', attempts: 1 });
});

it('signs what arrives, not the doubled dots on the wire', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const dkim = [{ domain: 'kssm.example', selector: 's1', privateKey: pem }];
  const plain = await rude({}, { secrets: { dkim } });
  await deliver(await put('staff@kssm.example', 'a\n.hidden\n'));
  const wire = plain.accepted[0]?.body ?? '';
  expect(wire).toContain('\r\n..hidden');
  // Simple body canonicalisation keeps all but empty lines at the end; relaxed also folds white space.
  const body = wire.slice(wire.indexOf('\r\n\r\n') + 4).replace(/^\.\./gm, '.');
  const relaxed = body
    .replace(/[ \t]+\r\n/g, '\r\n')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '\r\n');
  const hash = createHash('sha256').update(relaxed).digest('base64');
  expect(wire.replace(/\r\n\s+/g, '').replace(/\s/g, '')).toContain(`bh=${hash}`);
});

it('calls unknown what a dead sender had in hand, and wakes what is due', async () => {
  const id = await put();
  const { rows } = await ground.sql.query(
    "INSERT INTO worker (host, pid, ended_at) VALUES ('gone', 1, now()) RETURNING epoch",
  );
  await ground.sql.query("UPDATE notice SET state = 'sending', epoch = $2 WHERE id = $1", [
    id,
    rows[0].epoch,
  ]);
  const waiting = await put();
  await sweepNotices(ground);
  expect((await read(id)).state).toBe('unknown');
  expect((await read(waiting)).state).toBe('waiting');
  const dead: Sender = { epoch: () => BigInt(rows[0].epoch), mark: () => 0n };
  expect(await deliver(waiting, dead)).toMatchObject({ state: 'waiting', attempts: 0 });
});

it('counts against its account, so that campaigns make room for it', async () => {
  await rude({}, { perHour: 50 });
  for (let n = 0; n < 3; n++) await deliver(await put());
  const { rows } = await ground.sql.query('SELECT sum(n)::int AS n FROM rate_grant');
  expect(rows[0].n).toBe(3);
});

it('waits for the next second when the account has no room in this one', async () => {
  const server = await rude({}, { perSecond: 2 });
  const ids = await Promise.all(Array.from({ length: 6 }, () => put()));
  const began = performance.now();
  await Promise.all(ids.map((id) => deliver(id)));
  expect(performance.now() - began).toBeGreaterThan(1900);
  expect(server.accepted).toHaveLength(6);
});

it('goes nevertheless when a campaign has used up the hour: a code cannot wait so long', async () => {
  const server = await rude({}, { perHour: 1 });
  const account = await ground.db.account.findFirstOrThrow();
  await ground.sql.query('INSERT INTO rate_grant VALUES ($1, now(), 1)', [`account:${account.id}`]);
  expect(await deliver(await put())).toMatchObject({ state: 'sent' });
  expect(server.accepted).toHaveLength(1);
});
