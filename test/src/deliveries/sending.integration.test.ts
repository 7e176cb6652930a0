import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { suppress } from '../../../src/contacts/suppression.ts';
import { liftHold, placeHold } from '../../../src/deliveries/holds.ts';
import { sendNotice } from '../../../src/deliveries/notices.ts';
import { runProgress } from '../../../src/deliveries/progress.ts';
import { cancelRun, pauseRun, resumeRun } from '../../../src/deliveries/runs.ts';
import { engineGround } from '../../support/engine.ts';
import {
  accountAt,
  deliveriesOf,
  numbered,
  runState,
  SENDER_DOMAIN,
  startedRun,
} from '../../support/people.ts';
import { CLOSE, openRude, type Rude, type RudeOptions, SILENCE } from '../../support/rude.ts';
import { until } from '../../support/until.ts';
import { workers } from '../../support/workers.ts';

const ground = engineGround({ SENDER_CONNECTIONS: '8', MAIL_FROM: 'We Care <care@kssm.example>' });
const crew = workers(ground);
const servers: Rude[] = [];

beforeEach(async () => {
  await ground.sql.query('DELETE FROM account');
});
afterEach(async () => {
  await crew.stopAll();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function rude(options: RudeOptions = {}): Promise<Rude> {
  const server = await openRude(options);
  servers.push(server);
  return server;
}
const finished = (run: bigint, seconds = 15) =>
  until(async () => (await runState(ground, run)) === 'finished', 'the run is finished', seconds);
const sentTo = (...these: Rude[]) => these.flatMap((server) => server.accepted.map((mail) => mail.to));
const once = (to: string[], n: number) => {
  expect(to).toHaveLength(n);
  expect(new Set(to).size).toBe(n);
};
const privateKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const signedAs = (selector: string) => ({
  secrets: { dkim: [{ domain: SENDER_DOMAIN, selector, privateKey }] },
});
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

describe('accounts', () => {
  it('opens no more connections than an account allows', async () => {
    const server = await rude({ latencyMs: 10 });
    await accountAt(ground, server.port, { connections: 2 });
    const { run } = await startedRun(ground, numbered(60));
    await crew.start();
    await finished(run);
    once(sentTo(server), 60);
    expect(server.connections.most).toBeLessThanOrEqual(2);
  });

  it('sends no more at once to one domain than the account says', async () => {
    let [now, most] = [0, 0];
    const server = await rude({
      latencyMs: 15,
      answer({ stage, to }) {
        if (stage === 'RCPT' && to.endsWith('@narrow.example')) {
          most = Math.max(most, ++now);
        }
        if (stage === 'dot' && to.endsWith('@narrow.example')) now--;
        return undefined;
      },
    });
    await accountAt(ground, server.port, { settings: { domainConnections: 1 } });
    const { run } = await startedRun(ground, [
      ...numbered(25, 'narrow.example'),
      ...numbered(25, 'wide.example'),
    ]);
    await crew.start();
    await finished(run);
    once(sentTo(server), 50);
    expect(most).toBe(1);
  });

  it('goes by the second account when nobody answers at the first', async () => {
    const server = await rude();
    await accountAt(ground, await closedPort(), { priority: 1 });
    await accountAt(ground, server.port, { priority: 2 });
    const { run } = await startedRun(ground, numbered(80));
    await crew.start();
    await finished(run);
    once(sentTo(server), 80);
    const { rows } = await ground.sql.query('SELECT trouble FROM account ORDER BY priority');
    expect(rows[0].trouble).toContain('ECONNREFUSED');
    expect(rows[1].trouble).toBeNull();
  });

  it('goes over to the second when the first dies in the midst, and writes to nobody twice', async () => {
    const first = await rude({ latencyMs: 5 });
    const second = await rude();
    await accountAt(ground, first.port, { priority: 1, ...signedAs('first') });
    await accountAt(ground, second.port, { priority: 2, ...signedAs('second') });
    const { run } = await startedRun(ground, numbered(200));
    await crew.start();
    await until(() => first.accepted.length >= 40, 'the first has sent some');
    servers.splice(servers.indexOf(first), 1);
    await first.close();
    await finished(run);
    const to = sentTo(first, second);
    expect(new Set(to).size).toBe(to.length);
    const rows = await deliveriesOf(ground, run);
    expect(rows.filter((row) => row.state === 'sent' || row.state === 'unknown')).toHaveLength(200);
    // At most what each connection had on the wire.
    expect(rows.filter((row) => row.state === 'unknown').length).toBeLessThanOrEqual(8);
    expect(second.accepted.length).toBeGreaterThan(100);
    const signers = (server: Rude) => new Set(server.accepted.map(({ body }) => / s=(\w+);/.exec(body)?.[1]));
    expect([signers(first), signers(second)]).toEqual([new Set(['first']), new Set(['second'])]);
  });

  it('blames the account that is refused at MAIL, and fails no recipient for it', async () => {
    const refuses = await rude({
      answer: ({ stage }) => (stage === 'MAIL' ? '550 5.7.1 you are blocked' : undefined),
    });
    const takes = await rude();
    await accountAt(ground, refuses.port, { priority: 1 });
    await accountAt(ground, takes.port, { priority: 2 });
    const { run } = await startedRun(ground, numbered(40));
    await crew.start();
    await finished(run);
    once(sentTo(takes), 40);
    const { rows } = await ground.sql.query(
      'SELECT trouble, rests_until > now() AS rests FROM account ORDER BY priority',
    );
    expect(rows[0]).toMatchObject({ trouble: expect.stringContaining('blocked'), rests: true });
  });

  it('keeps to the limit with every attempt, also the second after a lost connection', async () => {
    const tried: number[] = [];
    const server = await rude({
      answer({ stage, tries }) {
        if (stage === 'RCPT') tried.push(performance.now());
        return stage === 'DATA' && tries === 1 ? CLOSE : undefined;
      },
    });
    await accountAt(ground, server.port, { perSecond: 10 });
    const { run } = await startedRun(ground, numbered(12));
    await crew.start();
    await finished(run);
    once(sentTo(server), 12);
    const { rows } = await ground.sql.query(
      "SELECT sum(n)::int AS n FROM rate_grant WHERE at > now() - interval '1 minute'",
    );
    expect(tried.length).toBeLessThanOrEqual(rows[0].n);
  });
});

describe('one hand on it', () => {
  const slow = () => rude({ latencyMs: 60 });
  const settled = async (server: Rude) => {
    const soon = performance.now() + 1000;
    await until(() => performance.now() > soon, 'a second has passed');
    const before = server.accepted.length;
    const later = performance.now() + 700;
    await until(() => performance.now() > later, 'some more time has passed');
    expect(server.accepted.length).toBe(before);
    return before;
  };

  it('pauses within a second, goes on exactly where it stopped and soon', async () => {
    const server = await slow();
    await accountAt(ground, server.port);
    const { run } = await startedRun(ground, numbered(250));
    await crew.start();
    await until(() => server.accepted.length > 20, 'some have gone');
    await pauseRun(ground, run, 'test');
    const before = await settled(server);
    expect(await runProgress(ground, run)).toMatchObject({ state: 'paused', sent: before, sending: 0 });
    await resumeRun(ground, run, 'test');
    await until(() => server.accepted.length > before, 'it goes on', 5);
    await finished(run);
    once(sentTo(server), 250);
  });

  it('cancels within a second and tells what had gone', async () => {
    const server = await slow();
    await accountAt(ground, server.port);
    const { run } = await startedRun(ground, numbered(200));
    await crew.start();
    await until(() => server.accepted.length > 10, 'some have gone');
    await cancelRun(ground, run, 'test');
    const gone = await settled(server);
    expect(await runProgress(ground, run)).toMatchObject({
      ...{ state: 'cancelled', sent: gone, cancelled: 200 - gone, planned: 0, sending: 0 },
    });
  });

  it('holds within a second while a notice still goes, also one whose piece was queued during the hold', async () => {
    const server = await slow();
    await accountAt(ground, server.port);
    const { run } = await startedRun(ground, numbered(200));
    await crew.start();
    await until(() => server.accepted.length > 10, 'some have gone');
    await placeHold(ground, { reason: 'mourning', actor: 'test' });
    const before = await settled(server);
    const { run: late } = await startedRun(ground, numbered(5, 'late.example'));
    const mail = { language: 'en', subject: 'Code', html: '<p>1</p>', text: '1' };
    const notice = await sendNotice(ground, { kind: 'code', address: 'staff@kssm.example', ...mail });
    const state = async () => (await ground.db.notice.findUniqueOrThrow({ where: { id: notice } })).state;
    await until(async () => (await state()) === 'sent', 'the notice has gone');
    expect(server.accepted).toHaveLength(before + 1);
    expect(await liftHold(ground, 'test')).toBe(1);
    await until(() => server.accepted.length > before + 1, 'it goes on', 5);
    await finished(run);
    await finished(late);
    once(sentTo(server), 206);
  });

  it('stops a worker at once that waits for its limit, and gives back what it has not sent', async () => {
    const server = await rude();
    await accountAt(ground, server.port, { perHour: 3 });
    const { run } = await startedRun(ground, numbered(30));
    const worker = await crew.start();
    await until(() => server.accepted.length === 3, 'the limit is reached');
    const asked = performance.now();
    await worker.stop();
    expect(performance.now() - asked).toBeLessThan(4000);
    expect(await runProgress(ground, run)).toMatchObject({ sent: 3, planned: 27, sending: 0 });
    await cancelRun(ground, run, 'test');
  });
});

describe('stopping', () => {
  it('waits for no delivery that a connection put back while it was still being opened', async () => {
    const server = await rude({
      answer({ stage, socket }) {
        if (stage !== 'greeting') return undefined;
        setTimeout(() => socket.write('220 at last\r\n'), 700);
        return SILENCE;
      },
    });
    const account = await accountAt(ground, server.port, { perHour: 3 });
    await ground.sql.query('INSERT INTO rate_grant (key, at, n) VALUES ($1, now(), 3)', [
      `account:${account}`,
    ]);
    const { run } = await startedRun(ground, numbered(30));
    const worker = await crew.start();
    await until(() => server.connections.total > 0, 'a connection is being opened');
    let stopped = false;
    const stopping = worker.stop().then(() => {
      stopped = true;
    });
    await until(() => stopped, 'the worker has stopped', 6);
    await stopping;
    expect(await runProgress(ground, run)).toMatchObject({ planned: 30, sending: 0 });
    await cancelRun(ground, run, 'test');
  });
});

describe('the person', () => {
  it('is skipped with the reason, who withdrew, was suppressed or was erased after the launch', async () => {
    const server = await rude();
    await accountAt(ground, server.port);
    const { run, ids } = await startedRun(ground, numbered(4, 'person.example'));
    const [withdrew, , erased] = ids;
    await ground.sql.query('UPDATE consent SET given = false WHERE contact_id = $1', [withdrew]);
    const value = 'r2@person.example';
    await suppress(ground.sql, { channel: 'email', value, reason: 'complaint', source: 'test' });
    await ground.sql.query('DELETE FROM contact WHERE id = $1', [erased]);
    await crew.start();
    await finished(run);
    expect(sentTo(server)).toEqual(['r4@person.example']);
    const rows = await deliveriesOf(ground, run);
    const told = Object.fromEntries(rows.map((row) => [row.address ?? 'erased', row.reason ?? row.state]));
    expect(told).toEqual({
      ...{ 'r1@person.example': 'no consent', 'r2@person.example': 'suppressed' },
      ...{ erased: 'erased', 'r4@person.example': 'sent' },
    });
  });

  it('may get it twice only where the message says again after an unknown', async () => {
    const dropped = new Set<string>();
    const server = await rude({
      answer({ stage, to }) {
        if (stage !== 'dot' || dropped.has(to)) return undefined;
        dropped.add(to);
        return CLOSE;
      },
    });
    await accountAt(ground, server.port);
    const again = await startedRun(ground, numbered(3, 'again.example'), { unknownPolicy: 'again' });
    const leave = await startedRun(ground, numbered(3, 'leave.example'));
    await crew.start();
    await Promise.all([finished(again.run), finished(leave.run)]);
    once(sentTo(server), 3);
    expect(sentTo(server).every((to) => to.endsWith('@again.example'))).toBe(true);
    expect(await runProgress(ground, leave.run)).toMatchObject({ unknown: 3 });
  });
});

describe('patience', () => {
  it('slows down for the domain that asked for it, and for no other', async () => {
    const asked = new Set<string>();
    const server = await rude({
      answer({ stage, to }) {
        if (stage !== 'RCPT' || !to.endsWith('@slow.example')) return undefined;
        asked.add(to);
        return '421 4.7.28 too fast';
      },
    });
    await accountAt(ground, server.port, { connections: 3 });
    const { run } = await startedRun(ground, [
      ...numbered(60, 'slow.example'),
      ...numbered(60, 'quick.example'),
    ]);
    await crew.start();
    await until(() => server.accepted.length === 60, 'the others have got theirs');
    await until(async () => (await runProgress(ground, run)).deferred === 60, 'those wait in the ledger');
    // Only what was on the wire when it first said so, and a few more where the pause of a second is over.
    expect(asked.size).toBeLessThanOrEqual(12);
    const { rows } = await ground.sql.query('SELECT domain FROM domain_pause');
    expect(rows).toEqual([{ domain: 'slow.example' }]);
    const { rows: accounts } = await ground.sql.query('SELECT trouble FROM account');
    expect(accounts[0].trouble).toBeNull();
    await cancelRun(ground, run, 'test');
  });
});
