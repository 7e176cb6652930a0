import { expect, it } from 'vitest';
import { setConsent } from '../../../src/contacts/consent.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { runProgress } from '../../../src/deliveries/progress.ts';
import { sweep } from '../../../src/deliveries/sweep.ts';
import { engineGround } from '../../support/engine.ts';
import {
  contents,
  deliveriesOf,
  numbered,
  PURPOSE,
  people,
  plannedRun,
  runState,
} from '../../support/people.ts';

const ground = engineGround();
const freeze = (run: bigint, lists: string[], fallback = ['en', 'ml']) =>
  freezeRun(ground, run, { lists, fallback, contents });
const addressesOf = async (run: bigint) => (await deliveriesOf(ground, run)).map((row) => row.address).sort();
const addAddress = (contact: string, value: string, verified: boolean, id: string) =>
  ground.sql.query(
    "INSERT INTO address (id, contact_id, channel, value, verified_at) VALUES ($4, $1, 'email', $2, CASE WHEN $3 THEN now() END)",
    [contact, value, verified, id],
  );
const OLDEST = '00000000-0000-7000-8000-0000000000';

it('takes those who may be written to, says of each other why not, and counts densely', async () => {
  const { list, ids } = await people(ground, numbered(7, 'f.example'));
  const [, withdrawn, , addressless, neverAsked] = ids as [string, string, string, string, string];
  await setConsent(ground.sql, {
    ...{ contactId: withdrawn, channel: 'email', purpose: PURPOSE, given: false, basis: 'phone call' },
  });
  await suppress(ground.sql, { channel: 'email', value: 'r3@f.example', reason: 'manual', source: 'test' });
  await ground.sql.query('DELETE FROM address WHERE contact_id = $1', [addressless]);
  await ground.sql.query('DELETE FROM consent WHERE contact_id = $1', [neverAsked]);
  const run = await plannedRun(ground);
  expect(await freeze(run, [list])).toEqual({
    total: 3,
    leftOut: { 'no consent': 2, suppressed: 1, 'no address': 1 },
  });
  const rows = await deliveriesOf(ground, run);
  expect(rows.map((row) => row.seq)).toEqual([1, 2, 3]);
  expect(await addressesOf(run)).toEqual(['r1@f.example', 'r6@f.example', 'r7@f.example']);
  expect(await runProgress(ground, run)).toMatchObject({ state: 'running', total: 3, planned: 3 });
});

it('writes once to people who share an address, in the name of the oldest', async () => {
  const { list, ids } = await people(ground, numbered(3, 'family.example'));
  await ground.sql.query("UPDATE address SET value = 'home@family.example' WHERE contact_id = ANY($1)", [
    ids,
  ]);
  const run = await plannedRun(ground);
  expect(await freeze(run, [list])).toEqual({ total: 1, leftOut: { 'shared address': 2 } });
  const { rows } = await ground.sql.query('SELECT contact_id FROM delivery WHERE run = $1', [run]);
  expect(rows[0].contact_id).toBe([...ids].sort()[0]);
});

it('counts a person on two lists once', async () => {
  const one = await people(ground, numbered(2, 'two.example'));
  const two = await people(ground, ['other@two.example']);
  await ground.sql.query('INSERT INTO membership (list_id, contact_id) VALUES ($1, $2)', [
    two.list,
    one.ids[0],
  ]);
  const run = await plannedRun(ground);
  expect(await freeze(run, [one.list, two.list])).toEqual({ total: 3, leftOut: {} });
});

it('writes to one address of a person: a verified one, else the oldest, and to none when that is suppressed', async () => {
  const { list, ids } = await people(ground, numbered(3, 'many.example'));
  const [a, b, c] = ids as [string, string, string];
  await addAddress(a, 'a-verified@many.example', true, 'ffffffff-0000-7000-8000-000000000001');
  await addAddress(b, 'b-oldest@many.example', false, `${OLDEST}02`);
  await addAddress(c, 'c-suppressed@many.example', true, `${OLDEST}03`);
  await suppress(ground.sql, {
    channel: 'email',
    value: 'c-suppressed@many.example',
    reason: 'manual',
    source: 'x',
  });
  const run = await plannedRun(ground);
  expect(await freeze(run, [list])).toEqual({ total: 2, leftOut: { suppressed: 1 } });
  expect(await addressesOf(run)).toEqual(['a-verified@many.example', 'b-oldest@many.example']);
});

it('gives each a language that the run speaks', async () => {
  const { list, ids } = await people(ground, numbered(4, 'language.example'));
  for (const [i, language] of ['ml', 'en', 'ta', null].entries())
    await ground.sql.query('UPDATE contact SET language = $2 WHERE id = $1', [ids[i], language]);
  const run = await plannedRun(ground);
  await freeze(run, [list], ['ml']);
  const { rows } = await ground.sql.query(
    'SELECT d.language, c.language AS own FROM delivery d JOIN contact c ON c.id = d.contact_id WHERE run = $1',
    [run],
  );
  expect(Object.fromEntries(rows.map((row) => [row.own ?? 'none', row.language]))).toEqual({
    ...{ ml: 'ml', en: 'en', ta: 'ml', none: 'ml' },
  });
});

it('refuses a run whose fallback has no text, and leaves it planned', async () => {
  const { list } = await people(ground, ['x@fallback.example']);
  const run = await plannedRun(ground);
  await expect(freeze(run, [list], ['ta'])).rejects.toThrow(/no text in its fallback language ta/);
  await expect(freeze(run, [list], [])).rejects.toThrow(/fallback language/);
  expect(await runState(ground, run)).toBe('planned');
});

it('is done once, however often and at once it is asked for', async () => {
  const { list } = await people(ground, numbered(50, 'at-once.example'));
  const run = await plannedRun(ground);
  const tries = await Promise.allSettled([1, 2, 3].map(() => freeze(run, [list])));
  expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  await expect(freeze(run, [list])).rejects.toMatchObject({ status: 409 });
  expect(await deliveriesOf(ground, run)).toHaveLength(50);
});

it('finishes a run that nobody is left in, and one for no list, and says why nobody got it', async () => {
  const { list } = await people(ground, ['gone@empty.example']);
  await suppress(ground.sql, {
    channel: 'email',
    value: 'gone@empty.example',
    reason: 'manual',
    source: 'test',
  });
  const cases: [string[], RegExp][] = [
    [[list], /all who were to were left out/],
    [[], /nobody was on its lists/],
  ];
  for (const [lists, reason] of cases) {
    const run = await plannedRun(ground);
    expect(await freeze(run, lists)).toMatchObject({ total: 0 });
    await sweep(ground);
    expect(await runState(ground, run)).toBe('finished');
    expect((await runProgress(ground, run)).reason).toMatch(reason);
  }
});
