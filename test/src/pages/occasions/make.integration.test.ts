import { describe, expect, it } from 'vitest';
import { askToShow, declareFor } from '../../../../src/pages/occasions/asking.ts';
import { decideOccasion } from '../../../../src/pages/occasions/decide.ts';
import { declareGrown } from '../../../../src/pages/occasions/helpline.ts';
import { occasionKinds } from '../../../../src/pages/occasions/kinds.ts';
import { draftToken, readDraftToken } from '../../../../src/pages/occasions/links.ts';
import {
  beginOccasion,
  missingOf,
  type OccasionChange,
  readOccasion,
  saveOccasion,
} from '../../../../src/pages/occasions/make.ts';
import { setOccasionPolicy } from '../../../../src/pages/occasions/policy.ts';
import { begunPage, pass, provenKeeper } from '../../../support/families.ts';
import { testGround } from '../../../support/ground.ts';
import { liveProject } from '../../../support/projects.ts';
import { staffMember } from '../../../support/staff.ts';

const ground = testGround();
const contentOf = async (id: string) => (await readOccasion(ground, id)).content;

describe('A page that is being made', () => {
  it('begins in the language of its family, with the design of its kind, for those with the link only', async () => {
    const { id, token } = await beginOccasion(ground, { kind: 'death-anniversary', language: 'ml' });
    expect(readDraftToken(ground.keys, token)).toBe(id);
    expect(await readOccasion(ground, id)).toMatchObject({
      ...{ kind: 'death-anniversary', state: 'draft', edition: 1 },
      content: { design: 'lamp', language: 'ml', visibility: 'unlisted', goal: null, progress: false },
    });
    expect(readDraftToken(ground.keys, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
  });

  it('keeps each step, and what a step does not mention', async () => {
    const { id } = await begunPage(ground, { content: { line: 'No presents, please.' } });
    await saveOccasion(ground, { id, expected: 2 }, { content: { story: 'We met in Kollam.' } });
    expect(await contentOf(id)).toMatchObject({ names: ['Anju', 'Biju'], line: 'No presents, please.' });
    expect((await readOccasion(ground, id)).edition).toBe(3);
  });

  it('tells the second of two who save at once, and keeps the first', async () => {
    const { id } = await begunPage(ground);
    const both = ['One', 'Other'].map((line) =>
      saveOccasion(ground, { id, expected: 2 }, { content: { line } }),
    );
    const ends = await Promise.allSettled(both);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = ends.find((end) => end.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ status: 409 });
    expect(['One', 'Other']).toContain((await contentOf(id)).line);
  });

  it('takes emoji and joiners of Malayalam, and no marks that turn the direction of writing', async () => {
    const { id } = await begunPage(ground, {
      kind: 'birthday',
      content: { names: ['\u202eAnu\u2066 👩‍👧 \n ശ്രീ\u200cദേവി'], line: 'ഉണ്ണിക്കുട്ടൻ\u200f' },
    });
    expect(await contentOf(id)).toMatchObject({ names: ['Anu 👩‍👧 ശ്രീ\u200cദേവി'], line: 'ഉണ്ണിക്കുട്ടൻ' });
  });

  it('takes no story of 50,000 characters, and a day neither in ten years nor long ago', async () => {
    const { id } = await begunPage(ground);
    const save = (content: object) => saveOccasion(ground, { id, expected: 2 }, { content });
    await expect(save({ story: 'അ'.repeat(50_000) })).rejects.toThrow(/4000/);
    await expect(save({ day: '2036-12-05' })).rejects.toThrow('more than two years ahead');
    await expect(save({ day: '2024-12-05' })).rejects.toThrow('more than a year ago');
    await expect(save({ day: '2026-02-30' })).rejects.toThrow();
    await expect(save({ until: '2026-01-01' })).rejects.toThrow('over already');
    expect(await save({ day: '2026-02-01' })).toBe(3);
  });

  it('takes photographs and words after the last day for gifts, which was fine when it was said', async () => {
    const { id } = await begunPage(ground, { content: { until: '2026-12-05' } });
    pass(ground, { days: 30 });
    expect(
      await saveOccasion(ground, { id, expected: 2 }, { content: { story: 'It was a good day.' } }),
    ).toBe(3);
    await expect(
      saveOccasion(ground, { id, expected: 3 }, { content: { until: '2026-12-06' } }),
    ).rejects.toThrow('is over already');
    pass(ground, { days: -30 });
  });

  it('is hidden from more people at once, and shown to more only when that was looked at', async () => {
    const { id } = await begunPage(ground, { content: { visibility: 'public' } });
    await provenKeeper(ground, id);
    await askToShow(ground, id, { adult: true });
    const user = await staffMember(ground, ['approver']);
    await decideOccasion(ground, { id, decision: 'approve', edition: 2 }, user);
    const seen = async () =>
      (
        await ground.sql.query(
          `SELECT visibility, shown->>'visibility' AS shown FROM occasion WHERE id = $1`,
          [id],
        )
      ).rows[0];
    const save = async (visibility: 'public' | 'unlisted' | 'guests') => {
      const { edition } = await readOccasion(ground, id);
      await saveOccasion(ground, { id, expected: edition }, { content: { visibility } });
    };
    await save('guests');
    expect(await seen()).toEqual({ visibility: 'guests', shown: 'guests' });
    await save('public');
    expect(await seen()).toEqual({ visibility: 'guests', shown: 'guests' });
  });

  it('becomes no day of another kind once guests see it, because nobody would look at that', async () => {
    const { id } = await begunPage(ground);
    await provenKeeper(ground, id);
    await askToShow(ground, id, { adult: true });
    const save = async (kind: string) => {
      const { edition } = await readOccasion(ground, id);
      return saveOccasion(ground, { id, expected: edition }, { kind });
    };
    await save('anniversary');
    const { edition } = await readOccasion(ground, id);
    await askToShow(ground, id, { adult: true });
    await decideOccasion(
      ground,
      { id, decision: 'approve', edition },
      await staffMember(ground, ['approver']),
    );
    await expect(save('death-anniversary')).rejects.toThrow('Guests see the page already');
    await save('anniversary');
    expect((await readOccasion(ground, id)).kind).toBe('anniversary');
  });

  it('stays a child’s once guests see it, unless staff who asked the parent say that it is none', async () => {
    const { id } = await begunPage(ground, { kind: 'birthday', child: true });
    await provenKeeper(ground, id);
    const save = async (change: OccasionChange) => {
      const { edition } = await readOccasion(ground, id);
      return saveOccasion(ground, { id, expected: edition }, change);
    };
    await save({ child: false });
    await save({ child: true });
    await askToShow(ground, id, { adult: true, parent: 'Devi' });
    const { edition } = await readOccasion(ground, id);
    const approver = await staffMember(ground, ['approver']);
    await decideOccasion(ground, { id, decision: 'approve', edition }, approver);
    const full = { names: ['Anju Devi'] };
    await expect(save({ child: false, content: full })).rejects.toThrow('as a child’s');
    expect(await readOccasion(ground, id)).toMatchObject({ child: true, content: { names: ['Anju'] } });
    await save({ child: true, content: { line: 'A first day at school.' } });
    const say = (words: string, user = approver) => declareGrown(ground, { id, words }, user);
    await expect(say('', approver)).rejects.toThrow('Write');
    await expect(say('Her mother rang.', await staffMember(ground, ['auditor']))).rejects.toMatchObject({
      status: 403,
    });
    await say('Her mother rang: she is 19.');
    expect((await readOccasion(ground, id)).child).toBe(false);
    await expect(say('Again.')).rejects.toThrow('no child’s page');
  });

  it('is for a project that takes gifts, or for the fund', async () => {
    const { id } = await begunPage(ground);
    const project = await liveProject(ground);
    await saveOccasion(ground, { id, expected: 2 }, { content: { project: project.id } });
    const none = saveOccasion(ground, { id, expected: 3 }, { content: { project: draftId } });
    await expect(none).rejects.toThrow('takes no gifts now');
  });
});

const draftId = '01995d9c-0000-7000-8000-000000000001';

describe('Asking that a page be shown', () => {
  it('names what is missing, in the order of the screens', async () => {
    const { id } = await beginOccasion(ground, { kind: 'wedding', language: 'en' });
    const ask = () => askToShow(ground, id, { adult: false });
    await expect(ask()).rejects.toThrow('whose day');
    await saveOccasion(ground, { id, expected: 1 }, { content: { names: ['Anju'] } });
    expect(missingOf(await readOccasion(ground, id))).toEqual(['names', 'day']);
    await saveOccasion(ground, { id, expected: 2 }, { content: { names: ['Anju', 'Biju'] } });
    await expect(ask()).rejects.toThrow('which day');
    await saveOccasion(ground, { id, expected: 3 }, { content: { day: '2026-12-05' } });
    await expect(ask()).rejects.toThrow('code that we sent');
    await provenKeeper(ground, id);
    await expect(ask()).rejects.toThrow('of age');
    await expect(declareFor(ground, id, { adult: false })).rejects.toThrow('of age');
    await declareFor(ground, id, { adult: true });
    expect(await ask()).toEqual({ shown: false });
    expect(await readOccasion(ground, id)).toMatchObject({ state: 'waiting', askedEdition: 4 });
  });

  it('wants a parent or guardian for a child', async () => {
    const { id } = await begunPage(ground, { kind: 'birthday', child: true });
    await provenKeeper(ground, id);
    await expect(askToShow(ground, id, { adult: true })).rejects.toThrow('parent or guardian');
    await declareFor(ground, id, { adult: true, parent: 'Devi' });
    expect(await askToShow(ground, id, { adult: false })).toEqual({ shown: false });
    const { rows } = await ground.sql.query('SELECT parent FROM occasion WHERE id = $1', [id]);
    expect(rows[0].parent.toString('latin1')).not.toContain('Devi');
  });

  it('shows it at once where pages are looked at afterwards, but never one with a telephone number in it', async () => {
    const administrator = await staffMember(ground, ['administrator']);
    await setOccasionPolicy(ground, { look: 'after', knownNames: ['Famous Star'] }, administrator);
    const shown = async (content: object) => {
      const { id } = await begunPage(ground, { content });
      await provenKeeper(ground, id);
      return (await askToShow(ground, id, { adult: true })).shown;
    };
    expect(await shown({ day: '2026-12-11' })).toBe(true);
    expect(await shown({ day: '2026-12-12', story: 'Ring 98765 43210' })).toBe(false);
    expect(await shown({ day: '2026-12-13', line: 'see example.com/pay' })).toBe(false);
    expect(await shown({ day: '2026-12-14', names: ['famous star', 'Biju'] })).toBe(false);
    await setOccasionPolicy(ground, { look: 'before', knownNames: [] }, administrator);
  });
});

it('every kind of day has a design that suits it', () => {
  for (const { name, mood, design } of occasionKinds)
    if (mood === 'memory') expect(['lamp', 'river', 'leaf', 'water'], name).toContain(design);
});

it('a link to make a page says nothing of it', () => {
  expect(draftToken(ground.keys, draftId)).not.toContain('01995d9c');
});
