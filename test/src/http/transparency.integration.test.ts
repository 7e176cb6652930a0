import { beforeAll, describe, expect, it } from 'vitest';
import { plantGiftTo, plantProject, SLUG } from '../../../scripts/demonstration/project.ts';
import { transaction } from '../../../src/db.ts';
import { accounts, type JournalKind, post } from '../../../src/giving/journal.ts';
import { sealJournals } from '../../../src/giving/seal.ts';
import { compareCounters, openCounterAlarms } from '../../../src/pages/counters.ts';
import { readBooks, readHeads, readSums } from '../../../src/pages/transparency.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb();
const ALWAYS = { from: null, to: null };
let project: string;
const at = () => ground.clock.now();

/** A journal of the project's fund. The kind is not known to this branch's journal yet where it is text. */
const write = (kind: string, subject: string, lines: [string, bigint][]) =>
  transaction(ground.sql, (connection) =>
    post(connection, { kind: kind as JournalKind, subject, day: '2026-11-21', at: at(), lines }),
  );
const fund = () => accounts.project(project, 'domestic');

beforeAll(async () => {
  project = await plantProject(ground);
  await plantGiftTo(ground, { project, amount: 500_000n, name: 'Sreeja', kind: 'individual' });
  const back = await plantGiftTo(ground, {
    project,
    amount: 200_000n,
    name: 'Kerala Bank',
    kind: 'corporate',
  });
  await ground.sql.query(
    `INSERT INTO refund (id, payment_id, key, gateway_id, amount, state, asked_at) VALUES (gen_random_uuid(), $1, 'k', 'rfnd_1', 50000, 'processed', now())`,
    [back],
  );
  await write('refund', 'refund:rfnd_1', [
    [fund(), 50_000n],
    [accounts.refunds('domestic'), -50_000n],
  ]);
  await write('capture', 'payment:pay_elsewhere', [
    [accounts.clearing('fcra'), 70_000n],
    [accounts.suspense('fcra'), -70_000n],
  ]);
  await write('disbursement', 'disbursement:1', [
    [fund(), 120_000n],
    [accounts.bank('domestic'), -120_000n],
  ]);
});

describe('the books', () => {
  it('show nothing that is not sealed yet', async () => {
    expect(await readSums(ground.sql, ALWAYS)).toEqual({ given: 0n, returned: 0n, spent: 0n });
    expect(await (await ask('/transparency?lang=en')).text()).toContain('Nothing in this period.');
  });

  it('sum what was sealed, once, by day, project, donor, stream and district', async () => {
    await sealJournals(ground);
    await sealJournals(ground);
    const sums = { given: 700_000n, returned: 50_000n, spent: 120_000n };
    expect(await readSums(ground.sql, ALWAYS)).toEqual(sums);
    expect(await readSums(ground.sql, { from: '2026-11-22', to: null })).toMatchObject({ given: 0n });
    expect(await readSums(ground.sql, { from: '2026-11-21', to: '2026-11-21' })).toEqual(sums);
    expect(await readBooks(ground.sql, 'day', ALWAYS)).toEqual([{ key: '2026-11-21', name: null, ...sums }]);
    const [byProject] = await readBooks(ground.sql, 'project', ALWAYS);
    expect(byProject).toMatchObject({
      key: SLUG,
      name: { en: 'Care at home for people who are bedridden' },
      ...sums,
    });
    const bySource = await readBooks(ground.sql, 'source', ALWAYS);
    expect(bySource.map(({ key, given, returned }) => [key, given, returned])).toEqual([
      ['individual', 500_000n, 0n],
      ['corporate', 200_000n, 50_000n],
      ['', 0n, 0n],
    ]);
    expect((await readBooks(ground.sql, 'stream', ALWAYS)).map(({ key }) => key)).toEqual(['domestic']);
    expect((await readBooks(ground.sql, 'district', ALWAYS)).map(({ key }) => key)).toEqual(['Alappuzha']);
  });

  it('say up to when they hold, and give the head that is kept elsewhere', async () => {
    const { rows } = await ground.sql.query(
      "SELECT number, encode(hash, 'hex') AS hash FROM journal_seal ORDER BY number DESC LIMIT 1",
    );
    const page = await (await ask('/transparency?lang=en')).text();
    expect(page).toContain('₹6,500');
    expect(page).toContain(rows[0].hash);
    expect(page).toContain(`entry ${rows[0].number} of the books`);
    const before = at();
    ground.clock.set(new Date('2026-11-22T06:30:00Z'));
    await plantGiftTo(ground, { project, amount: 100_000n, name: 'Anil' });
    await sealJournals(ground);
    const heads = await readHeads(ground.sql, 5);
    expect(heads.map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-21']);
    expect(heads[1]).toMatchObject({ hash: rows[0].hash, at: before });
    expect(await (await ask('/transparency/heads.csv')).text()).toContain(
      `2026-11-21,${rows[0].number},${rows[0].hash}`,
    );
  });

  it('can be downloaded, in rupees', async () => {
    const csv = await (await ask('/transparency.csv?by=project')).text();
    expect(csv.replace('\ufeff', '').split('\r\n')[0]).toBe(
      'project,title,received,returned,net,paid_out,as_of',
    );
    expect(csv).toContain(
      `${SLUG},Care at home for people who are bedridden,8000.00,500.00,7500.00,1200.00,2026-11-22T06:30:00.000Z`,
    );
    expect(await (await ask('/transparency.csv?by=day&from=2026-11-22')).text()).toContain(
      '2026-11-22,,1000.00,0.00,1000.00,0.00,',
    );
    expect((await ask('/transparency?from=nonsense&to=2026-99-99')).status).toBe(200);
  });
});

describe('the nightly comparison', () => {
  const raised = async () =>
    (await ground.sql.query('SELECT raised FROM goal WHERE project_id = $1', [project])).rows[0].raised;

  it('finds nothing where counters and books agree; what was paid out was raised all the same', async () => {
    await ground.sql.query('UPDATE donation SET refunded = 50000 WHERE amount = 200000');
    expect(await raised()).toBe('750000');
    expect(await compareCounters(ground)).toEqual([]);
  });

  it('tells of a difference, keeps telling until it is gone, and changes nothing itself', async () => {
    await ground.sql.query('UPDATE goal SET raised = raised + 1, gifts = gifts + 2 WHERE project_id = $1', [
      project,
    ]);
    const difference = {
      slug: SLUG,
      countedRaised: 750_001n,
      booksRaised: 750_000n,
      countedGifts: 5,
      booksGifts: 3,
    };
    expect(await compareCounters(ground)).toMatchObject([difference]);
    await compareCounters(ground);
    expect(await openCounterAlarms(ground.sql)).toMatchObject([difference]);
    expect(await raised()).toBe('750001');
    const { rows } = await ground.sql.query(
      "SELECT subject_id FROM audit_entry WHERE action = 'project.counter-differs'",
    );
    expect(rows).toEqual([{ subject_id: project }]);
    await ground.sql.query('UPDATE goal SET raised = raised - 1, gifts = gifts - 2 WHERE project_id = $1', [
      project,
    ]);
    expect(await compareCounters(ground)).toEqual([]);
    expect(await openCounterAlarms(ground.sql)).toEqual([]);
  });
});
