import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../../src/access/users.ts';
import { liftHold, placeHold } from '../../../../src/deliveries/holds.ts';
import { saveSocialAccount } from '../../../../src/deliveries/publications/accounts.ts';
import { keepCredentials } from '../../../../src/deliveries/publications/connected.ts';
import {
  giveUp,
  notePublished,
  publishAgain,
  removePublication,
} from '../../../../src/deliveries/publications/decide.ts';
import { collectFigures } from '../../../../src/deliveries/publications/figures.ts';
import { listPublications } from '../../../../src/deliveries/publications/list.ts';
import { type Draft, startPublications } from '../../../../src/deliveries/publications/plant.ts';
import { publishOne } from '../../../../src/deliveries/publications/publish.ts';
import { sweep } from '../../../../src/deliveries/sweep.ts';
import { type Registration, registerWorker } from '../../../../src/deliveries/workers.ts';
import { openMastodon } from '../../../../src/sandbox/social/mastodon.ts';
import type { SocialStandIn } from '../../../../src/sandbox/social/stand-in.ts';
import { aUser } from '../../../support/api.ts';
import { engineGround } from '../../../support/engine.ts';
import { plannedRun } from '../../../support/people.ts';
import { serve } from '../../../support/standing.ts';

const ground = engineGround({ NETWORK_TIMEOUT_SECONDS: '1' });
let standIn: SocialStandIn;
let there: Awaited<ReturnType<typeof serve>>;
let user: User;
let sender: Registration;
let accountId: string;
const good = () => standIn.accounts[0]?.credentials ?? {};

beforeAll(async () => {
  user = await aUser(ground, ['administrator']);
  sender = await registerWorker(ground);
});
beforeEach(async () => {
  standIn = openMastodon();
  there = await serve(standIn.router);
  const settings = { endpoint: there.endpoint };
  const name = `Mastodon ${randomUUID().slice(0, 8)}`;
  const saved = await saveSocialAccount(ground, user, {
    ...{ network: 'mastodon', name, mode: 'program', credentials: good(), settings },
  });
  accountId = saved.id;
  return () => there.end();
});
afterAll(() => sender.leave());

const draft = (text: string, more: Partial<Draft> = {}): Draft => ({
  ...{ accountId, language: 'en', part: 1, kind: 'post', content: { text, media: [] } },
  ...more,
});

async function started(drafts: Draft[], policy: 'leave' | 'again' = 'leave'): Promise<bigint> {
  const run = await plannedRun(ground, { unknownPolicy: policy });
  await startPublications(ground, run, drafts);
  return run;
}

/** Works off what is due, as a worker's queue would wake it. */
async function work(run: bigint): Promise<void> {
  for (let turn = 0; turn < 5; turn++)
    for (const { id } of await listPublications(ground, { run })) await publishOne(ground, sender, id);
}

const at = async (run: bigint) =>
  (await listPublications(ground, { run }))[0] as Awaited<ReturnType<typeof listPublications>>[0];
/** As if the time had come. */
const due = (run: bigint) =>
  ground.sql.query('UPDATE publication SET next_at = now() WHERE run = $1 AND next_at IS NOT NULL', [run]);
const texts = () => standIn.timeline().map(({ text }) => text);
const stateOf = async (run: bigint) =>
  (await ground.sql.query('SELECT state FROM run WHERE id = $1', [run])).rows[0].state;

describe('a post on a network', () => {
  it('is published once, its thread in order, and its run ends', async () => {
    const run = await started([
      draft('One'),
      draft('Two', { part: 2 }),
      draft('Aside', { part: 3, kind: 'comment' }),
    ]);
    await Promise.all([work(run), work(run)]);
    expect(texts()).toEqual(['One', 'Two', 'Aside']);
    expect(standIn.timeline()[1]?.replyTo).toBe(standIn.timeline()[0]?.id);
    await sweep(ground);
    expect(await stateOf(run)).toBe('finished');
    expect((await at(run)).receipt?.url).toContain('http');
  });

  it.each(['hang-after', 'reset-after', 'cut-after', 'fault-after'] as const)(
    'is found after %s, and never twice',
    async (fault) => {
      standIn.fault(fault);
      const run = await started([draft(`After ${fault}`)]);
      await publishOne(ground, sender, (await at(run)).id);
      expect((await at(run)).state).toBe('unknown');
      await sweep(ground);
      expect(await stateOf(run)).toBe('running');
      await due(run);
      await work(run);
      expect(await at(run)).toMatchObject({ state: 'published', receipt: { id: standIn.timeline()[0]?.id } });
      expect(texts()).toHaveLength(1);
    },
  );

  it('is looked for when its worker dies between intent and outcome', async () => {
    const run = await started([draft('Killed')]);
    const dead = await registerWorker(ground);
    await ground.sql.query(
      "UPDATE publication SET state = 'preparing', epoch = $2, attempts = 1 WHERE run = $1",
      [run, dead.epoch()],
    );
    await ground.sql.query("UPDATE publication SET state = 'publishing', intent_at = now() WHERE run = $1", [
      run,
    ]);
    await dead.leave();
    await sweep(ground);
    expect((await at(run)).state).toBe('unknown');
    for (let n = 0; n < 6; n++) {
      await due(run);
      await publishOne(ground, sender, (await at(run)).id);
    }
    // Nobody saw it, so a person decides.
    expect(await at(run)).toMatchObject({ state: 'unknown', nextAt: null });
    expect((await listPublications(ground, { open: true })).map(({ id }) => id)).toContain(
      (await at(run)).id,
    );
    await publishAgain(ground, { id: (await at(run)).id, user });
    await work(run);
    expect(texts()).toEqual(['Killed']);
  });

  it('goes once more by itself where that is the policy and it is nowhere to be seen', async () => {
    const run = await started([draft('Again')], 'again');
    const dead = await registerWorker(ground);
    await ground.sql.query(
      "UPDATE publication SET state = 'preparing', epoch = $2, attempts = 1 WHERE run = $1",
      [run, dead.epoch()],
    );
    await ground.sql.query("UPDATE publication SET state = 'publishing', intent_at = now() WHERE run = $1", [
      run,
    ]);
    await dead.leave();
    await sweep(ground);
    for (let n = 0; n < 8; n++) {
      await due(run);
      await publishOne(ground, sender, (await at(run)).id);
    }
    expect((await at(run)).state).toBe('published');
    expect(texts()).toEqual(['Again']);
  });

  it('waits as long as the network says, and so do the others of its account', async () => {
    standIn.fault('throttled');
    const run = await started([draft('Slowly'), draft('Slower', { language: 'ml' })]);
    const [first, second] = await listPublications(ground, { run });
    await publishOne(ground, sender, first?.id as string);
    await publishOne(ground, sender, second?.id as string);
    expect(texts()).toEqual([]);
    expect((await listPublications(ground, { run })).map(({ state }) => state)).toEqual([
      'planned',
      'planned',
    ]);
    await ground.sql.query('UPDATE account SET rests_until = NULL WHERE id = $1', [accountId]);
    await due(run);
    await work(run);
    expect(texts()).toHaveLength(2);
  });

  it('is kept while its account is lost, and goes when it is connected again', async () => {
    standIn.fault('expired');
    const run = await started([draft('Kept')]);
    await work(run);
    expect((await at(run)).state).toBe('planned');
    expect((await listPublications(ground, { open: true })).map(({ id }) => id)).toContain(
      (await at(run)).id,
    );
    await keepCredentials(ground, accountId, good());
    await work(run);
    expect(texts()).toEqual(['Kept']);
  });

  it('stays where it is under a hold', async () => {
    const run = await started([draft('Held')]);
    await placeHold(ground, { reason: 'mourning', actor: 'cli:test' });
    await work(run);
    expect(texts()).toEqual([]);
    await liftHold(ground, 'cli:test');
    await work(run);
    expect(texts()).toEqual(['Held']);
  });

  it('costs no more in a month than its cap', async () => {
    await ground.sql.query('UPDATE account SET costs = $2 WHERE id = $1', [
      accountId,
      { perPost: 60, monthlyCap: 100 },
    ]);
    const run = await started([draft('First'), draft('Too dear', { language: 'ml' })]);
    await work(run);
    expect(texts()).toEqual(['First']);
    const [, second] = await listPublications(ground, { run });
    expect(second).toMatchObject({ state: 'planned', trouble: { reason: 'spent' } });
    expect(second?.nextAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('is a task where people publish, done with its link', async () => {
    await ground.sql.query("UPDATE account SET mode = 'hand' WHERE id = $1", [accountId]);
    const run = await started([draft('By hand')]);
    await work(run);
    const task = await at(run);
    expect(task.state).toBe('waiting');
    await expect(notePublished(ground, { id: task.id, user }, 'javascript:alert(1)')).rejects.toThrow(
      'https',
    );
    await notePublished(ground, { id: task.id, user }, 'https://social.example/1');
    expect(await at(run)).toMatchObject({ state: 'published', receipt: { url: 'https://social.example/1' } });
    expect(texts()).toEqual([]);
  });

  it('is taken away, counted, and given up with what follows it', async () => {
    const run = await started([draft('Gone')]);
    await work(run);
    await ground.sql.query("UPDATE publication SET published_at = now() - interval '1 hour' WHERE run = $1", [
      run,
    ]);
    expect(await collectFigures(ground)).toBeGreaterThan(0);
    expect((await at(run)).figures).toMatchObject({ reactions: 0 });
    await removePublication(ground, { id: (await at(run)).id, user });
    expect(texts()).toEqual([]);
    standIn.fault('duplicate');
    const other = await started([draft('Refused'), draft('Rest', { part: 2 })]);
    await work(other);
    const [first] = await listPublications(ground, { run: other });
    expect(first?.state).toBe('failed');
    await publishAgain(ground, { id: first?.id as string, user });
    await work(other);
    expect(texts()).toEqual(['Refused', 'Rest']);
    await expect(giveUp(ground, { id: first?.id as string, user })).rejects.toThrow('not in a state');
  });
});
