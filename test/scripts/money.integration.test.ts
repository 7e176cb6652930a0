import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addUser } from '../../src/access/users.ts';
import { loadConfig } from '../../src/config.ts';
import { closeGround, type Ground, openGround } from '../../src/ground.ts';
import { newRing } from '../../src/keys.ts';
import { settle } from '../../src/sandbox/razorpay/settling.ts';
import { openTill, paidGift, parkedPayment } from '../support/giving.ts';
import { testGround } from '../support/ground.ts';
import { testStandIn } from '../support/stand-in.ts';

const database = testGround();
const till = testStandIn({ settings: { webhooks: { delayMs: 3_600_000 } } });
const ring = newRing();
/** On the keys that the commands have. */
let ground: Ground;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-money-'));
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent' });
  ground = openGround(config, { databaseUrl: database.databaseUrl, keyRing: ring, service: 'test' });
  await openTill(ground, till.url());
  for (const role of ['finance', 'approver'])
    await addUser(ground, { email: `${role}@kssm.example`, name: role, roles: [role] }, 'cli:test');
});
afterAll(async () => {
  await closeGround(ground);
  await rm(dir, { recursive: true });
});

/** Runs a command of `wecare`; its answer, or the exit code and the sentence. */
function wecare(...words: string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, DATABASE_URL: ground.databaseUrl, WECARE_KEYS: ring, DATA_DIR: dir };
  const command = ['--import', 'tsx', 'scripts/wecare.ts', ...words];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { env }, (_, out, err) =>
      done({ code: child.exitCode ?? -1, said: out || err }),
    );
  });
}
const asFinance = ['--as', 'finance@kssm.example', '--json'];
const asApprover = ['--as', 'approver@kssm.example', '--json'];

describe('At the command line', { timeout: 240_000 }, () => {
  it('a refund is asked for by one and approved by another', async () => {
    const payment = await paidGift(ground, till);
    const words = ['refund', 'ask', payment, '--amount', '200', '--reason', 'Paid twice', ...asFinance];
    const asked = JSON.parse((await wecare(...words)).said);
    expect(asked).toMatchObject({ state: 'asked', amount: 20_000, askedBy: 'finance' });
    const own = await wecare('refund', 'approve', asked.id, ...asFinance);
    expect([own.code, own.said]).toEqual([2, expect.stringContaining('Another person must decide')]);
    const approved = JSON.parse((await wecare('refund', 'approve', asked.id, ...asApprover)).said);
    expect(approved).toMatchObject({ state: 'processed', decidedBy: 'approver' });
    const wrong = await wecare('refund', 'ask', payment, '--amount', 'much', '--reason', 'x', ...asFinance);
    expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining('--amount is a sum of rupees')]);
    const second = JSON.parse(
      (await wecare('refund', 'ask', payment, '--reason', 'All of it', ...asFinance)).said,
    );
    const declined = await wecare('refund', 'decline', second.id, '--reason', 'It stays', ...asApprover);
    expect(JSON.parse(declined.said)).toMatchObject({
      state: 'declined',
      answer: 'It stays',
      amount: 30_000,
    });
    const all = JSON.parse((await wecare('refund', 'list', '--state', 'processed', '--json')).said);
    expect(all).toHaveLength(1);
  });

  it('settlements are fetched and compared, and money in suspense is assigned', async () => {
    const parked = await parkedPayment(ground, till);
    settle(till.counter(), { all: true });
    const ran = JSON.parse((await wecare('reconcile', 'run', '--json')).said);
    expect(ran).toMatchObject({ settlements: 1, failed: 0, open: 0 });
    await ground.sql.query("UPDATE settlement_line SET fee = 7 WHERE entity_id = $1 AND kind = 'payment'", [
      parked,
    ]);
    await wecare('reconcile', 'run', '--json');
    const listed = JSON.parse((await wecare('reconcile', 'list', '--json')).said);
    expect(listed.suspense).toMatchObject([{ payment: parked, amount: 70_000 }]);
    expect(listed.differences).toMatchObject([{ kind: 'payment-fee', subject: parked, ours: 0, theirs: 7 }]);
    const [{ id }] = listed.differences;
    expect((await wecare('reconcile', 'resolve', id, '--note', 'A new price', '--json')).code).toBe(0);
    expect((await wecare('reconcile', 'resolve', id, '--note', 'again')).code).toBe(2);
    const fund = ['--fund', 'fund.general.domestic', '--name', 'Thomas Kurian', '--note', 'He wrote to us'];
    expect((await wecare('reconcile', 'assign', parked, ...fund, ...asFinance)).code).toBe(0);
    const after = JSON.parse((await wecare('reconcile', 'list', '--json')).said);
    expect(after).toEqual({ differences: [], suspense: [] });
    expect((await wecare('ledger', 'verify')).code).toBe(0);
  });

  it('the books are written to files', async () => {
    const out = path.join(dir, 'journal.csv');
    const days = ['--from', '2026-04-01', '--to', '2035-03-31', '--out', out];
    expect((await wecare('ledger', 'export', 'journal', ...days)).code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain('fund.general.domestic');
    const shown = await wecare('ledger', 'export', 'trial-balance', ...days.slice(0, -1), '-');
    expect(shown.said).toMatch(/,,total,0\.00,[\d.]+,[\d.]+,0\.00/);
    const wrong = await wecare('ledger', 'export', 'trial-balance', '--format', 'tally', ...days);
    expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining('Tally takes the journal only')]);
    expect((await wecare('ledger', 'export', 'cashbook', ...days)).code).toBe(2);
    expect(JSON.parse((await wecare('ledger', 'head', '--json')).said)).toEqual([]);
  });
});
