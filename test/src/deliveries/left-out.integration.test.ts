import { afterEach, describe, expect, it } from 'vitest';
import { parseRules } from '../../../src/contacts/segments/rules.ts';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import type { Targets } from '../../../src/deliveries/left-out.ts';
import { currentPressure, setPressure, TRANSACTIONAL } from '../../../src/deliveries/pressure.ts';
import { engineGround } from '../../support/engine.ts';
import { contents, numbered, people, plannedRun, startedRun } from '../../support/people.ts';

const ground = engineGround();
const DAY = 86_400_000;
const freeze = async (targets: Targets, run?: bigint) =>
  freezeRun(ground, run ?? (await plannedRun(ground)), { ...targets, fallback: ['en'], contents });
const join = (list: string, ids: (string | undefined)[]) =>
  ground.sql.query('INSERT INTO membership (list_id, contact_id) SELECT $1, unnest($2::uuid[])', [list, ids]);

describe('An audience', () => {
  it('is of lists and segments together, each person once', async () => {
    const { list, ids } = await people(ground, numbered(3, 'both.example'));
    const others = await people(ground, numbered(2, 'segment.example'));
    const who = [...others.ids, ids[0]];
    await ground.sql.query("UPDATE contact SET district = 'Kollam' WHERE id = ANY($1)", [who]);
    const segments = [parseRules({ district: 'Kollam' })];
    expect(await freeze({ lists: [list], segments })).toEqual({ total: 5, leftOut: {} });
    expect(await freeze({ lists: [], segments })).toEqual({ total: 3, leftOut: {} });
  });

  it('is without those on excluded lists and in excluded segments, and says so of each', async () => {
    const { list, ids } = await people(ground, numbered(5, 'without.example'));
    const { list: staff } = await people(ground, []);
    await join(staff, [ids[0], ids[1]]);
    await ground.sql.query(`UPDATE contact SET attributes = '{"vip": "yes"}' WHERE id = ANY($1)`, [
      [ids[1], ids[2]],
    ]);
    const excludeSegments = [parseRules({ attribute: 'vip', exists: true })];
    const run = await plannedRun(ground);
    expect(await freeze({ lists: [list], excludeLists: [staff], excludeSegments }, run)).toEqual({
      total: 2,
      leftOut: { excluded: 3 },
    });
    const { rows } = await ground.sql.query('SELECT contact_id FROM delivery WHERE run = $1 ORDER BY 1', [
      run,
    ]);
    expect(rows.map((row) => row.contact_id)).toEqual([ids[3], ids[4]].sort());
  });
});

describe('Contact pressure', () => {
  afterEach(() => setPressure(ground, null, 'cli:test'));

  it('leaves out who had enough in these days, and takes them again when the days are over', async () => {
    const { list } = await startedRun(ground, numbered(2, 'enough.example'));
    const more = await people(ground, ['new@enough.example']);
    await setPressure(ground, { messages: 1, days: 7 }, 'cli:test');
    const lists = [list, more.list];
    expect(await freeze({ lists })).toEqual({ total: 1, leftOut: { 'contact pressure': 2 } });
    await ground.sql.query("UPDATE run SET started_at = started_at - interval '8 days'");
    expect(await freeze({ lists })).toEqual({ total: 3, leftOut: {} });
  });

  it('counts messages, and not those that did not arrive', async () => {
    const { list, run, ids } = await startedRun(ground, numbered(2, 'arrived.example'));
    await ground.sql.query("UPDATE delivery SET state = 'sending' WHERE run = $1 AND contact_id = $2", [
      run,
      ids[0],
    ]);
    await ground.sql.query(
      "UPDATE delivery SET state = 'failed', at = $3 WHERE run = $1 AND contact_id = $2",
      [...[run, ids[0], ground.clock.now()]],
    );
    await setPressure(ground, { messages: 2, days: 7 }, 'cli:test');
    expect(await freeze({ lists: [list] })).toEqual({ total: 2, leftOut: {} });
    expect(await freeze({ lists: [list] })).toEqual({ total: 1, leftOut: { 'contact pressure': 1 } });
  });

  it('holds for a mailbox that two share', async () => {
    const { list, ids } = await startedRun(ground, ['home@pressed.example']);
    const other = await people(ground, ['home@pressed.example']);
    await setPressure(ground, { messages: 1, days: 7 }, 'cli:test');
    expect(ids).toHaveLength(1);
    const lists = [list, other.list];
    expect(await freeze({ lists })).toEqual({ total: 0, leftOut: { 'contact pressure': 2 } });
  });

  it('does not hold transactional messages, nor count them', async () => {
    const { list, run, ids } = await startedRun(ground, ['r@transactional.example']);
    await setPressure(ground, { messages: 1, days: 7 }, 'cli:test');
    await ground.sql.query(
      "INSERT INTO consent (contact_id, channel, purpose, given, basis) VALUES ($1, 'email', $2, true, 'test')",
      [ids[0], TRANSACTIONAL],
    );
    const receipt = await plannedRun(ground);
    await ground.sql.query('UPDATE run SET purpose = $2 WHERE id = $1', [receipt, TRANSACTIONAL]);
    expect(await freeze({ lists: [list] }, receipt)).toEqual({ total: 1, leftOut: {} });
    const long = new Date(ground.clock.now().getTime() - 8 * DAY);
    await ground.sql.query('UPDATE run SET started_at = $2 WHERE id = $1', [run, long]);
    expect(await freeze({ lists: [list] })).toEqual({ total: 1, leftOut: {} });
  });

  it('is kept for two runs that start at the same moment', async () => {
    const { list } = await people(ground, numbered(20, 'moment.example'));
    await setPressure(ground, { messages: 1, days: 7 }, 'cli:test');
    const both = await Promise.all([freeze({ lists: [list] }), freeze({ lists: [list] })]);
    expect(both.map(({ total }) => total).sort()).toEqual([0, 20]);
  });

  it('is a number of messages and days, shown as set', async () => {
    await setPressure(ground, { messages: 4, days: 30 }, 'cli:test');
    expect(await currentPressure(ground.sql)).toEqual({ messages: 4, days: 30 });
    await expect(setPressure(ground, { messages: 0, days: 30 }, 'cli:test')).rejects.toThrow(/1 to 1000/);
    await expect(setPressure(ground, { messages: Number.NaN, days: 3 }, 'cli:test')).rejects.toThrow(
      /1 to 1000/,
    );
  });
});
