import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { User } from '../../src/access/users.ts';
import { newRing } from '../../src/keys.ts';
import { testGround } from '../support/ground.ts';
import { staffMember } from '../support/staff.ts';

const ground = testGround();
const ring = newRing();
let dir: string;
let finance: User;
let author: User;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'wecare-command-'));
  finance = await staffMember(ground, ['finance'], 'Finance');
  author = await staffMember(ground, ['author'], 'Author');
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs a command; its answer as JSON, or the exit code and the sentence. */
function wecare(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, DATABASE_URL: ground.databaseUrl, WECARE_KEYS: ring, DATA_DIR: dir };
  const command = ['--import', 'tsx', 'scripts/wecare.ts', ...words];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { env }, (_, out, err) =>
      done({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

it('keeps the books from the command line', { timeout: 240_000 }, async () => {
  const as = ['--as', finance.email, '--json'];
  const donor = ['--name', 'Leelamma Thomas', '--phone', '94460 12345', '--day', '2026-11-20'];
  const transfer = ['--amount', '2,50,000', '--set', 'reference=SBIN526118765432'];
  const told = async (...words: string[]) => JSON.parse((await wecare(...words)).out);
  expect(await told('gift', 'record', 'bank', ...donor, ...transfer, ...as)).toMatchObject({
    ...{ state: 'counted', receipt: 'WC/2026-27/000001' },
  });
  const file = path.join(dir, 'november.csv');
  await writeFile(file, 'Kab,Kya,Kitna\n20/11/2026,NEFT SBIN526118765432,"2,50,000.00"\n');
  const statement = ['bank', 'import', file, '--account', 'domestic', ...as];
  const payee = ['--name', 'Ravi K', '--account', '30012345678', '--ifsc', 'ABCD0123456'];
  const payment = [
    '--amount',
    '25,000',
    '--purpose',
    'food',
    '--about',
    'Rice for a month',
    '--document',
    'B/2',
  ];
  const [cash, stranger, unread, proposed, month] = await Promise.all([
    wecare('gift', 'record', 'cash', ...donor, '--amount', '2,00,000', ...as),
    wecare('gift', 'record', 'cash', ...donor, '--amount', '5', '--as', author.email),
    wecare(...statement, '--dry-run'),
    told('disburse', 'propose', ...payment, ...payee, ...as),
    wecare('period', 'close', '2026-99', '--as', finance.email),
  ]);
  expect(cash).toMatchObject({ code: 2, err: expect.stringContaining('section 269ST') });
  expect(stranger).toMatchObject({ code: 2, err: expect.stringContaining('needs the role finance') });
  expect(unread).toMatchObject({ code: 3 });
  expect(proposed).toMatchObject({ missing: ['director', 'finance-officer'], split: false });
  expect(month).toMatchObject({ code: 2, err: expect.stringContaining('is no month') });
  const map = ['--map', 'day=Kab', 'words=Kya', 'amount=Kitna'];
  expect(await told(...statement, ...map)).toEqual({ lines: 1, known: 0, matched: 1 });
});
