import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { currentHold, liftHold } from '../../../src/deliveries/holds.ts';
import { openLedger } from '../../../src/deliveries/ledger.ts';
import { acceptDatabase, advanceMark } from '../../../src/deliveries/mark.ts';
import { deliverNotice } from '../../../src/deliveries/notices.ts';
import { acceptRestore } from '../../../src/deliveries/restored.ts';
import { pauseRun } from '../../../src/deliveries/runs.ts';
import { registerWorker } from '../../../src/deliveries/workers.ts';
import { engineGround } from '../../support/engine.ts';
import { accountAt, deliveriesOf, numbered, plannedRun, runState, startedRun } from '../../support/people.ts';
import { openRude } from '../../support/rude.ts';

const ground = engineGround();
const file = () => path.join(ground.config.dataDir, 'send-mark.json');
const setMark = (n: number) =>
  ground.sql.query("UPDATE setting SET value = $1 WHERE key = 'send-mark'", [String(n)]);
const newNotice = () =>
  ground.db.notice.create({
    data: {
      ...{ kind: 'code', address: 'staff@kssm.example', language: 'en', subject: 's', html: 'h', text: 't' },
      ...{ fromName: 'We Care', fromAddress: 'care@kssm.example' },
    },
  });

beforeEach(async () => {
  await ground.sql.query('UPDATE hold SET lifted_at = now()');
  await rm(file(), { force: true });
  await advanceMark(ground);
});

it('grows inside and outside together, and goes on when the file is missing or broken', async () => {
  const one = await advanceMark(ground);
  expect(await advanceMark(ground, one)).toBe(one + 1n);
  expect(JSON.parse(await readFile(file(), 'utf8')).number).toBe(String(one + 1n));
  await rm(file());
  expect(await advanceMark(ground, one + 1n)).toBe(one + 2n);
  await writeFile(file(), '{"numb');
  expect(await advanceMark(ground, one + 2n)).toBe(one + 3n);
  expect(JSON.parse(await readFile(file(), 'utf8')).number).toBe(String(one + 3n));
  expect(await currentHold(ground.sql)).toBeNull();
});

it('holds everything when the database is older than the file, and people cannot lift that', async () => {
  await ground.sql.query("UPDATE setting SET value = '100' WHERE key = 'send-mark'");
  await advanceMark(ground);
  await setMark(40);
  expect(await advanceMark(ground)).toBeGreaterThan(40n);
  expect(await currentHold(ground.sql)).toMatchObject({ madeBy: 'engine' });
  await liftHold(ground, 'test');
  await advanceMark(ground);
  expect(await currentHold(ground.sql)).toMatchObject({ madeBy: 'engine' });
  const { rows } = await ground.sql.query("SELECT value FROM setting WHERE key = 'send-mark'");
  expect(rows[0].value).toBe(40);
});

it('holds everything in a copy of the database', async () => {
  const kept = JSON.parse(await readFile(file(), 'utf8'));
  await writeFile(file(), JSON.stringify({ ...kept, database: 'another/1' }));
  await advanceMark(ground);
  expect(await currentHold(ground.sql)).toMatchObject({ madeBy: 'engine' });
});

it('lets nothing out of a restored database, no notice either, also before the next beat notices', async () => {
  const server = await openRude();
  await accountAt(ground, server.port);
  const { run } = await startedRun(ground, numbered(1, 'restored.example'));
  const registration = await registerWorker(ground);
  const ledger = await openLedger(ground.databaseUrl, registration, ground.log);
  const notice = await newNotice();
  const tryBoth = async () => {
    await deliverNotice(ground, notice.id, registration);
    return ledger.exchange(null, { run, seq: 1, epoch: registration.epoch() });
  };
  await setMark(0);
  expect(await tryBoth()).toBeNull();
  await advanceMark(ground, registration.mark());
  expect(await tryBoth()).toBeNull();
  expect(server.accepted).toEqual([]);
  expect((await ground.db.notice.findUniqueOrThrow({ where: { id: notice.id } })).state).toBe('waiting');
  await ledger.close();
  await registration.leave();
  await server.close();
});

it('calls all that may have gone unknown, asks about what is overdue, and lets the rest out again', async () => {
  const running = await startedRun(ground, numbered(4, 'running.example'));
  await ground.sql.query("UPDATE delivery SET state = 'sending' WHERE run = $1 AND seq < 4", [running.run]);
  await ground.sql.query("UPDATE delivery SET state = 'sent' WHERE run = $1 AND seq = 1", [running.run]);
  await ground.sql.query("UPDATE delivery SET state = 'deferred' WHERE run = $1 AND seq = 2", [running.run]);
  await ground.sql.query('INSERT INTO delivery_due VALUES ($1, 2, now())', [running.run]);
  const paused = await startedRun(ground, numbered(2, 'paused.example'));
  await pauseRun(ground, paused.run, 'test');
  const overdue = await plannedRun(ground);
  const future = await ground.db.run.create({
    data: {
      purpose: 'x',
      senderDomain: 'kssm.example',
      dueAt: new Date(ground.clock.now().getTime() + 3_600_000),
    },
  });
  const notice = await newNotice();
  await ground.sql.query("UPDATE setting SET value = '500' WHERE key = 'send-mark'");
  await advanceMark(ground);
  await setMark(2);
  await advanceMark(ground);
  const restored = await acceptRestore(ground, 'test');
  expect(restored.asked).toBe(1);
  expect((await deliveriesOf(ground, running.run)).map((row) => row.state)).toEqual([
    ...['sent', 'unknown', 'unknown', 'unknown'],
  ]);
  expect((await deliveriesOf(ground, paused.run)).map((row) => row.state)).toEqual(['unknown', 'unknown']);
  expect(await runState(ground, paused.run)).toBe('paused');
  expect(await runState(ground, overdue)).toBe('asked');
  expect(await runState(ground, future.id)).toBe('planned');
  expect((await ground.db.notice.findUniqueOrThrow({ where: { id: notice.id } })).state).toBe('unknown');
  expect(await currentHold(ground.sql)).toBeNull();
  expect(await advanceMark(ground)).toBeGreaterThan(500n);
  expect(await currentHold(ground.sql)).toBeNull();
});

it('gives no number of a lost run to a new one: old mails carry it in their links', async () => {
  const before = await plannedRun(ground);
  await acceptRestore(ground, 'test', { anyway: true });
  expect((await plannedRun(ground)) - before).toBeGreaterThanOrEqual(1000n);
});

it('calls nothing unknown while nothing says that there was a restore, unless a person does', async () => {
  const notice = await newNotice();
  const state = async () => (await ground.db.notice.findUniqueOrThrow({ where: { id: notice.id } })).state;
  await expect(acceptRestore(ground, 'test')).rejects.toThrow(/Nothing says .* so nothing was changed/);
  expect(await state()).toBe('waiting');
  await acceptRestore(ground, 'test', { anyway: true });
  expect(await state()).toBe('unknown');
});

it('knows a restored database before any worker has looked', async () => {
  await ground.sql.query("UPDATE setting SET value = '900' WHERE key = 'send-mark'");
  await advanceMark(ground);
  await setMark(3);
  expect(await currentHold(ground.sql)).toBeNull();
  await acceptRestore(ground, 'test');
  expect(await advanceMark(ground)).toBeGreaterThan(900n);
  expect(await currentHold(ground.sql)).toBeNull();
});

it('holds nothing anew because a worker compared the marks just before somebody said `wecare restored`', async () => {
  await ground.sql.query("UPDATE setting SET value = '700' WHERE key = 'send-mark'");
  await advanceMark(ground);
  await setMark(4);
  const query = async (text: string, values?: unknown[]) => {
    if (/INSERT INTO hold/.test(text)) await acceptDatabase(ground);
    return ground.sql.query(text, values);
  };
  await advanceMark({ ...ground, sql: { query } as typeof ground.sql });
  expect(await currentHold(ground.sql)).toBeNull();
  await advanceMark(ground);
  expect(await currentHold(ground.sql)).toBeNull();
});

it('leaves no draft behind when the mark cannot be written', async () => {
  await rm(file(), { force: true });
  await mkdir(file());
  await expect(advanceMark(ground)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  await rm(file(), { recursive: true });
  const left = await readdir(ground.config.dataDir);
  expect(left.filter((name) => name.startsWith('send-mark.json.'))).toEqual([]);
});
