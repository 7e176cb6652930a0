import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { recipientToken } from '../../../src/links/token.ts';
import { type Mailed, seedMailed } from '../../support/mailed.ts';
import { contents, people, plannedRun, startedRun } from '../../support/people.ts';
import { publicLists } from '../../support/subscribing.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
let lists: { newsletter: string; appeals: string };
beforeAll(async () => {
  lists = await publicLists(ground);
});

const post = (token: string, fields: [string, string][], path = '') =>
  ask(`/p/${token}${path}?lang=en`, { method: 'POST', body: new URLSearchParams(fields) });
const all: [string, string][] = [
  ['frequency', 'all'],
  ['pause', 'none'],
  ['language', 'en'],
];
const contactOf = ({ contactId }: Mailed) =>
  ground.db.contact.findUniqueOrThrow({
    where: { id: contactId },
    include: { memberships: true, consents: { orderBy: { purpose: 'asc' } } },
  });
const freeze = async (list: string) =>
  freezeRun(ground, await plannedRun(ground), { lists: [list], fallback: ['en'], contents });

describe('The page of preferences', () => {
  it('is reached from the unsubscribe page, and shows what holds without changing it', async () => {
    const mailed = await seedMailed(ground);
    expect(await (await ask(`/u/${mailed.token}`)).text()).toContain(`href="/p/${mailed.token}"`);
    const answer = await ask(`/p/${mailed.token}?lang=en`);
    const html = await answer.text();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(html).toMatch(/name="purposes" value="appeals" checked/);
    expect(html).toContain('When help is needed');
    expect(html).not.toContain('The monthly letter'); // never agreed to, so it is not offered here
  });

  it('changes language, frequency, pause and lists at once', async () => {
    const mailed = await seedMailed(ground);
    const html = await (
      await post(mailed.token, [
        ...([
          ['purposes', 'appeals'],
          ['lists', lists.appeals],
          ['lists', lists.newsletter],
        ] as [string, string][]),
        ...([
          ['frequency', 'monthly'],
          ['pause', 'month3'],
          ['language', 'en'],
        ] as [string, string][]),
      ])
    ).text();
    expect(html).toContain('Saved. It holds at once.');
    expect(html).toContain('until 20 February 2027');
    const contact = await contactOf(mailed);
    expect(contact).toMatchObject({ language: 'en', frequency: 'monthly' });
    expect(contact.memberships.map(({ listId }) => listId)).toEqual([lists.appeals]);
    await post(mailed.token, [...all, ['purposes', 'appeals']]);
    expect(await contactOf(mailed)).toMatchObject({ frequency: null, pausedUntil: null, memberships: [] });
  });

  it('withdraws what is no longer ticked, gives it again, and leaves alone what was stopped by letter', async () => {
    const mailed = await seedMailed(ground);
    const { contactId } = mailed;
    const letter = { contactId, channel: 'email', purpose: 'events', given: false, basis: 'letter of 3 May' };
    await ground.db.consent.create({ data: letter });
    await post(mailed.token, all);
    const withdrawn = await contactOf(mailed);
    expect(withdrawn.consents).toMatchObject([{ given: false, basis: 'preference page' }, { given: false }]);
    await post(mailed.token, [...all, ['purposes', 'appeals'], ['purposes', 'events'], ['purposes', 'new']]);
    expect((await contactOf(mailed)).consents).toMatchObject([
      { purpose: 'appeals', given: true },
      { purpose: 'events', given: false, basis: 'letter of 3 May' },
    ]);
    expect(await (await ask(`/p/${mailed.token}?lang=en`)).text()).toContain('Stopped in another way');
  });

  it('stops everything with one button, and lets them come back', async () => {
    const mailed = await seedMailed(ground);
    const html = await (await post(mailed.token, [], '/leave')).text();
    expect(html).toContain('You will get no more mails from us.');
    expect(html).toContain(`href="/p/${mailed.token}`);
    expect((await contactOf(mailed)).consents).toMatchObject([{ given: false }]);
    await post(mailed.token, [...all, ['purposes', 'appeals']]);
    expect((await contactOf(mailed)).consents).toMatchObject([{ given: true }]);
  });

  it('takes a body that is not its form for no wish at all', async () => {
    const mailed = await seedMailed(ground);
    for (const body of [
      new URLSearchParams(),
      new URLSearchParams({ 'List-Unsubscribe': 'x' }),
      new FormData(),
    ]) {
      expect((await ask(`/p/${mailed.token}`, { method: 'POST', body })).status).toBe(200);
    }
    const odd: [string, string][] = [
      ['frequency', '__proto__'],
      ['pause', 'constructor'],
      ['lists', '\0'],
    ];
    expect((await post(mailed.token, [...odd, ['purposes', 'appeals']])).status).toBe(200);
    expect((await contactOf(mailed)).consents).toMatchObject([{ given: true }]);
  });

  it('answers whatever is posted to it without a fault of ours', async () => {
    const mailed = await seedMailed(ground);
    const keys = fc.constantFrom('frequency', 'pause', 'language', 'purposes', 'lists', 'x');
    const values = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom('monthly', 'month1', 'none', 'ml', 'appeals', lists.appeals, '\0'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(keys, values), { maxLength: 10 }), async (pairs) => {
        expect((await post(mailed.token, pairs)).status).toBeLessThan(500);
      }),
      { numRuns: 80 },
    );
  });

  it('says so to who was erased, and to who holds a broken link', async () => {
    const mailed = await seedMailed(ground);
    await ground.db.contact.delete({ where: { id: mailed.contactId } });
    expect(await (await ask(`/p/${mailed.token}?lang=en`)).text()).toContain('We keep nothing about you');
    expect((await post(mailed.token, all)).status).toBe(200);
    expect((await ask(`/p/${recipientToken(ground.keys, { run: 99_999n, seq: 1 })}`)).status).toBe(404);
  });
});

describe('A run', () => {
  it('leaves out who paused until the pause is over, and says why', async () => {
    const { list, ids } = await people(ground, ['now@pause.example', 'later@pause.example']);
    const until = new Date(ground.clock.now().getTime() + 3_600_000);
    await ground.db.contact.update({ where: { id: ids[0] as string }, data: { pausedUntil: until } });
    expect(await freeze(list)).toEqual({ total: 1, leftOut: { paused: 1 } });
    await ground.db.contact.update({
      where: { id: ids[0] as string },
      data: { pausedUntil: ground.clock.now() },
    });
    expect(await freeze(list)).toEqual({ total: 2, leftOut: {} });
  });

  it('leaves out who wants fewer and had one in their span, and takes them again behind it', async () => {
    const { list, ids } = await startedRun(ground, ['few@span.example', 'all@span.example']);
    await ground.db.contact.update({ where: { id: ids[0] as string }, data: { frequency: 'monthly' } });
    expect(await freeze(list)).toEqual({ total: 1, leftOut: { 'wants fewer': 1 } });
    await ground.sql.query("UPDATE run SET started_at = started_at - interval '29 days'");
    expect(await freeze(list)).toEqual({ total: 1, leftOut: { 'wants fewer': 1 } });
    await ground.sql.query("UPDATE run SET started_at = started_at - interval '2 days'");
    expect(await freeze(list)).toEqual({ total: 2, leftOut: {} });
  });

  it('under way skips what it has planned for who pauses, and keeps its count', async () => {
    const { run, ids } = await startedRun(ground, ['soon@back.example', 'other@back.example']);
    const { rows } = await ground.sql.query('SELECT seq FROM delivery WHERE run = $1 AND contact_id = $2', [
      run,
      ids[0],
    ]);
    const token = recipientToken(ground.keys, { run, seq: rows[0].seq });
    await post(token, [
      ...all.filter(([key]) => key !== 'pause'),
      ['pause', 'month1'],
      ['purposes', 'appeals'],
    ]);
    const { rows: states } = await ground.sql.query(
      'SELECT state, reason FROM delivery WHERE run = $1 ORDER BY state::text',
      [run],
    );
    expect(states).toEqual([
      { state: 'planned', reason: null },
      { state: 'skipped', reason: 'paused' },
    ]);
    const { rows: counts } = await ground.sql.query('SELECT skipped FROM run_counter WHERE run = $1', [run]);
    expect(counts).toEqual([{ skipped: 1 }]);
  });
});
