import { beforeAll, describe, expect, it } from 'vitest';
import { readDesk } from '../../../src/pages/desk.ts';
import { closeProject, noteReached } from '../../../src/pages/ends.ts';
import { hindrancesOf } from '../../../src/pages/hindrances.ts';
import { saveProject } from '../../../src/pages/projects.ts';
import { askReview, decideReview, publishApproved } from '../../../src/pages/reviews.ts';
import { testGround } from '../../support/ground.ts';
import { content, type Hands, hands, liveProject, newProject, raise, stateOf } from './support.ts';

const ground = testGround();
let both: Hands;
beforeAll(async () => {
  both = await hands(ground);
});

const goalOf = async (id: string) =>
  (await ground.sql.query('SELECT open, amount, raised FROM goal WHERE project_id = $1', [id])).rows[0];
const WORDS = {
  en: { title: 'Over', text: 'The cars run on.' },
  ml: { title: 'തീർന്നു', text: 'വണ്ടികൾ ഓടും.' },
};

describe('a review', () => {
  it('lets a version go public by two people, and opens the goal', async () => {
    const id = await newProject(ground);
    await askReview(ground, id, both.author);
    expect(await stateOf(ground, id)).toBe('review');
    await expect(publishApproved(ground, id, both.approver)).rejects.toThrow('Nobody has approved');
    await decideReview(ground, { id, approved: true, words: '' }, both.approver);
    expect(await publishApproved(ground, id, both.author)).toBe(1);
    expect(await stateOf(ground, id)).toBe('live');
    expect(await goalOf(id)).toMatchObject({ open: true, amount: '100000' });
    const { rows } = await ground.sql.query(
      'SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY id',
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['project.made', 'project.review-asked', 'project.approved', 'project.published'],
    ]);
  });

  it('is decided neither by whoever asked nor by whoever wrote', async () => {
    const id = await newProject(ground);
    const chief = { ...both.author, roles: ['administrator' as const] };
    await askReview(ground, id, chief);
    await expect(decideReview(ground, { id, approved: true, words: '' }, chief)).rejects.toThrow(
      'Ask another',
    );
    const writer = { ...both.approver, email: 'writer@kssm.example' };
    await expect(decideReview(ground, { id, approved: true, words: '' }, writer)).rejects.toThrow(
      'Ask another',
    );
    await expect(decideReview(ground, { id, approved: true, words: '' }, both.author)).rejects.toThrow(
      'may not',
    );
    expect((await readDesk(ground, id)).reviews).toMatchObject([{ decidedAt: null }]);
  });

  it('goes back with words, and the project is a draft again', async () => {
    const id = await newProject(ground);
    await askReview(ground, id, both.author);
    await expect(decideReview(ground, { id, approved: false, words: ' ' }, both.approver)).rejects.toThrow(
      'few words',
    );
    await decideReview(ground, { id, approved: false, words: 'Shorter.' }, both.approver);
    expect(await stateOf(ground, id)).toBe('draft');
    await expect(publishApproved(ground, id, both.author)).rejects.toThrow('Nobody has approved');
    expect((await readDesk(ground, id)).reviews[0]).toMatchObject({ approved: false, words: 'Shorter.' });
  });

  it('is needed again for what was changed, while the public sees what was approved', async () => {
    const id = await liveProject(ground, both);
    await saveProject(
      ground,
      { id, expected: 1, content: content({ cover: null, suggestions: [] }) },
      both.author.email,
    );
    await expect(publishApproved(ground, id, both.approver)).rejects.toThrow('needs a review');
    await askReview(ground, id, both.author);
    await expect(
      decideReview(ground, { id, approved: true, words: '', version: 1 }, both.approver),
    ).rejects.toThrow('Read version 2');
    await decideReview(ground, { id, approved: true, words: '', version: 2 }, both.approver);
    expect(await readDesk(ground, id)).toMatchObject({
      approved: 2,
      project: { published: 1, state: 'live' },
    });
    expect(await publishApproved(ground, id, both.approver)).toBe(2);
  });

  it('moves to the newest version when it is asked for again', async () => {
    const id = await newProject(ground);
    await askReview(ground, id, both.author);
    await saveProject(ground, { id, expected: 1, content: content() }, both.author.email);
    await askReview(ground, id, both.author);
    expect((await readDesk(ground, id)).reviews).toMatchObject([{ version: 2, decidedAt: null }]);
  });
});

describe('nothing is public', () => {
  const whole = content();
  it.each([
    ['en.title', { en: { ...whole.en, title: '' } }],
    ['ml.summary', { ml: { ...whole.ml, summary: '' } }],
    ['ml.story', { ml: { ...whole.ml, story: [] } }],
    ['en.unreached', { en: { ...whole.en, unreached: '' } }],
    ['costs', { costs: [{ amount: '99999', words: { en: 'Fuel', ml: '' } }] }],
    ['picture:019ab000-0000-7000-8000-000000000000', { cover: '019ab000-0000-7000-8000-000000000000' }],
    ['consents', { consents: ['019ab000-0000-7000-8000-000000000000'] }],
  ])('while %s will not do', async (place, change) => {
    const id = await newProject(ground, content(change));
    expect((await hindrancesOf(ground.sql, content(change))).map((one) => one.place)).toEqual([place]);
    await expect(askReview(ground, id, both.author)).rejects.toThrow('It cannot be public yet.');
    expect(await stateOf(ground, id)).toBe('draft');
  });

  it('asks for no costs where the goal is counted in things', async () => {
    const unit = { cost: '50000', one: { en: 'chair', ml: 'കസേര' }, many: { en: 'chairs', ml: 'കസേരകൾ' } };
    const things = content({ goal: { amount: '100000', capped: false, until: null, unit }, costs: [] });
    expect(await hindrancesOf(ground.sql, things)).toEqual([]);
  });
});

describe('a goal', () => {
  it('is reached by what the journal says, and no more when it went back', async () => {
    const id = await liveProject(ground, both);
    await raise(ground, id, 60_000n);
    await noteReached(ground);
    expect(await stateOf(ground, id)).toBe('live');
    await raise(ground, id, 40_000n);
    await noteReached(ground);
    expect([await stateOf(ground, id), (await goalOf(id)).open]).toEqual(['reached', true]);
    await raise(ground, id, -1n);
    await noteReached(ground);
    expect(await stateOf(ground, id)).toBe('live');
  });

  it('that is capped takes no more once it is reached', async () => {
    const capped = content({ goal: { amount: '100000', capped: true, until: null, unit: null } });
    const id = await liveProject(ground, both, capped);
    await raise(ground, id, 100_000n);
    await noteReached(ground);
    expect([await stateOf(ground, id), (await goalOf(id)).open]).toEqual(['reached', false]);
    await raise(ground, id, -50_000n);
    await noteReached(ground);
    expect([await stateOf(ground, id), (await goalOf(id)).open]).toEqual(['live', true]);
  });
});

describe('an end', () => {
  it('says what happens now, and takes no gift any more', async () => {
    const id = await liveProject(ground, both);
    await expect(
      closeProject(ground, { id, words: { ...WORDS, ml: { title: '', text: '' } } }, both.approver),
    ).rejects.toThrow('in Malayalam');
    expect(await stateOf(ground, id)).toBe('live');
    await closeProject(ground, { id, words: WORDS }, both.approver);
    expect([await stateOf(ground, id), (await goalOf(id)).open]).toEqual(['closed', false]);
    await expect(closeProject(ground, { id, words: WORDS }, both.approver)).rejects.toThrow('is closed');
    await expect(
      saveProject(ground, { id, expected: 1, content: content() }, both.author.email),
    ).rejects.toThrow('stays as it is');
  });

  it('is not for a draft', async () => {
    const id = await newProject(ground);
    await expect(closeProject(ground, { id, words: WORDS }, both.approver)).rejects.toThrow('a draft');
  });
});
