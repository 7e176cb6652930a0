import { beforeEach, expect, it } from 'vitest';
import { findOpen } from '../../../../src/campaigns/newsletters/editions.ts';
import { addItem, listItems } from '../../../../src/campaigns/newsletters/items.ts';
import type { Newsletter } from '../../../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../../../src/campaigns/newsletters/press.ts';
import { launchDue, planRuns } from '../../../../src/campaigns/planner.ts';
import { NOON } from '../../../support/ground.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { addStory, newNewsletter, sendEdition } from '../../campaigns/newsletters/support.ts';
import { people } from '../../campaigns/support.ts';

const web = testWeb();
const { ground } = web;
const staff = people(ground);
let author: Record<string, string>;
let approver: Record<string, string>;
let paper: Newsletter;
let path: string;

async function enter(): Promise<void> {
  author = { cookie: (await signedIn(web, ['author'])).cookie };
  approver = { cookie: (await signedIn(web, ['approver'])).cookie };
}
beforeEach(async () => {
  ground.clock.set(NOON);
  await enter();
  paper = await newNewsletter(ground, staff);
  path = `/console/newsletters/${paper.id}`;
  await pressEditions(ground);
});

const read = async (at: string, as = author) => (await web.ask(at, { headers: as })).text();
const post = async (at: string, fields: Record<string, string>, as = author) => {
  const body = new URLSearchParams(fields);
  const answer = await web.ask(at, { method: 'POST', headers: { ...OWN, ...as }, body });
  return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() };
};
const WORDS = {
  ...{ 'ml.title': 'മലയോരത്ത് പരിചരണം', 'ml.text': 'രണ്ട് നഴ്സുമാർ **ജോലി** തുടങ്ങി.' },
  ...{ 'en.title': 'Care in the hills', 'en.text': 'Two nurses began.' },
};

it('lists newsletters with what the next edition waits for', async () => {
  await addStory(ground, paper, staff);
  const page = await read('/console/newsletters');
  expect(page).toContain(`href="${path}"`);
  expect(page).toContain('23 November 2026, 9:00 am IST');
  expect(page).toContain('Coming');
});

it('adds an item in both languages, changes it, and takes it away after asking', async () => {
  const added = await post(`${path}/items`, {
    ...WORDS,
    link: 'https://wecare.example/hills',
    after: '2026-11-22',
  });
  expect(added.to).toBe(`${path}?done=item-added`);
  const [item] = await listItems(ground, paper.id);
  expect(item).toMatchObject({
    words: { en: { title: 'Care in the hills' }, ml: { title: 'മലയോരത്ത് പരിചരണം' } },
    link: 'https://wecare.example/hills',
    publishAfter: new Date('2026-11-21T18:30:00Z'),
  });
  const form = await read(`${path}/items/1`);
  expect(form).toContain('value="Care in the hills"');
  expect(form).toContain('value="2026-11-22"');
  const changed = await post(`${path}/items/1`, { ...WORDS, 'en.title': '', 'en.text': '' });
  expect(changed.to).toBe(`${path}?done=item-changed`);
  expect((await listItems(ground, paper.id))[0]?.words).toEqual({
    ml: { title: 'മലയോരത്ത് പരിചരണം', text: 'രണ്ട് നഴ്സുമാർ **ജോലി** തുടങ്ങി.' },
  });
  expect(await read(`${path}/items/1/remove`)).toContain('Nobody has received it.');
  expect((await post(`${path}/items/1/remove`, {})).to).toBe(`${path}?done=item-removed`);
  expect(await listItems(ground, paper.id)).toEqual([]);
});

it('keeps what was typed of an item that will not do, with the fault beside its field', async () => {
  const { status, page } = await post(`${path}/items`, { 'en.title': 'Only a title', link: 'nowhere' });
  expect(status).toBe(422);
  expect(page).toContain('value="Only a title"');
  expect(page).toContain('Write a text in this language too.');
  expect(page).toContain('This is no web address.');
  const fields = await post(`${path}/items`, { ...WORDS, 'en.text': 'Dear {{name}}' });
  expect(fields.page).toContain('it holds no merge fields');
  expect((await post(`${path}/items`, {})).page).toContain('in at least one language');
});

it('drafts, shows the next edition in a frame of its own, and is approved by somebody else', async () => {
  expect(await read(`${path}/preview`)).toContain('Nothing is new yet');
  await addItem(
    ground,
    { newsletter: paper, user: staff.author },
    { words: { en: { title: 'Hills', text: 'Care' } } },
  );
  const shown = await web.ask(`${path}/preview?reads=en`, { headers: author });
  expect(shown.headers.get('content-security-policy')).toContain('sandbox');
  expect(await shown.text()).toContain('Hills');
  expect((await post(`${path}/draft`, {})).to).toBe(`${path}?done=edition-drafted`);
  const page = await read(path, approver);
  expect(page).toContain('Waits for approval');
  expect(page).toContain('Approve for 23 November 2026, 9:00 am IST');
  expect((await post(`${path}/approval`, {})).status).toBe(403);
  const approved = await post(`${path}/approval`, { reference: 'SJD/1/2026' }, approver);
  expect(approved.to).toBe(`${path}?done=edition-approved`);
  expect(await read(path)).toContain('Approved by');
  const again = await post(`${path}/approval`, { reference: 'SJD/2/2026' }, approver);
  expect([again.status, again.page.includes('is approved already')]).toEqual([422, true]);
});

it('drafts anew when an item of the draft changes or goes, and withdraws the approval', async () => {
  await addStory(ground, paper, staff);
  await addStory(ground, paper, staff);
  await post(`${path}/draft`, {});
  await post(`${path}/approval`, {}, approver);
  expect((await post(`${path}/items/1`, WORDS)).to).toBe(`${path}?done=item-changed`);
  const changed = await read(path);
  expect(changed).toContain('Waits for approval');
  expect(await read(`${path}/preview?reads=en`)).toContain('Care in the hills');
  expect((await post(`${path}/items/1/remove`, {})).to).toBe(`${path}?done=item-removed`);
  expect(await read(`${path}/preview?reads=en`)).not.toContain('Care in the hills');
  const last = await post(`${path}/items/2/remove`, {});
  expect([last.status, last.page.includes('Nothing is new')]).toEqual([422, true]);
});

it('skips with a reason only, says it, and the next edition comes', async () => {
  await addStory(ground, paper, staff);
  const without = await post(`${path}/skip`, { reason: ' ' });
  expect([without.status, without.page.includes('Write why')]).toEqual([422, true]);
  expect((await post(`${path}/skip`, { reason: 'State mourning' }, approver)).to).toBe(
    `${path}?done=edition-skipped`,
  );
  const page = await read(path);
  expect(page).toContain('State mourning');
  expect(page).toContain('30 November 2026, 9:00 am IST');
});

it('shows what was sent, and takes its page off the web and puts it back', async () => {
  await addStory(ground, paper, staff);
  await sendEdition(ground, paper, staff);
  // Two days have passed, and so have their sessions.
  await enter();
  const page = await read(path);
  expect(page).toContain('No. 1');
  expect(page).toContain('Take off the web');
  const at = `${path}/editions/1/visibility`;
  expect((await post(at, { hidden: '1' }, approver)).to).toBe(`${path}?done=edition-hidden`);
  expect(await read(path)).toContain('taken off');
  expect((await post(at, { hidden: '0' })).to).toBe(`${path}?done=edition-shown`);
  expect((await post(`${path}/editions/7/visibility`, { hidden: '1' })).status).toBe(422);
  expect(await read(`${path}/items/1`)).toContain('stays as it was');
  expect((await post(`${path}/items/1`, WORDS)).status).toBe(422);
});

it('lets an auditor look, and change nothing', async () => {
  await addStory(ground, paper, staff);
  const auditor = { cookie: (await signedIn(web, ['auditor'])).cookie };
  const page = await read(path, auditor);
  expect(page).toContain('Home care reaches Wayanad');
  for (const button of ['Skip this edition', 'Draft it now', 'Add an item'])
    expect(page).not.toContain(button);
  expect((await post(`${path}/skip`, { reason: 'no' }, auditor)).status).toBe(403);
});

it('knows no newsletter or item that somebody made up', async () => {
  expect((await web.ask('/console/newsletters/none', { headers: author })).status).toBe(404);
  expect((await web.ask(`${path}/items/99`, { headers: author })).status).toBe(404);
});

const FORM = {
  ...{ 'en.title': 'Care of the Week', 'ml.title': 'ആഴ്ചയിലെ പരിചരണം', 'en.description': 'What happened' },
  ...{ slug: '', from: 'We Care <news@kssm.example>', purpose: 'appeals', lists: 'donors', scene: 'none' },
  ...{
    every: 'week',
    time: '10:30',
    weekdays: '3',
    zone: 'Asia/Kolkata',
    draftHours: '12',
    public: '1',
    archive: '1',
  },
};

it('makes a newsletter with its times, and says them with the next five dates before', async () => {
  const asked = await read(`/console/newsletters/new?${new URLSearchParams(FORM)}`);
  expect(asked).toContain('value="Care of the Week"');
  expect(
    asked.match(/25 November 2026|2 December 2026|9 December 2026|16 December|23 December/g),
  ).toHaveLength(5);
  const wrong = await post('/console/newsletters', {
    ...FORM,
    'en.title': '',
    'ml.title': '',
    slug: 'No Slug',
    from: 'us',
  });
  expect(wrong.status).toBe(422);
  for (const words of ['Give it a name', 'such as care-news', 'value="No Slug"'])
    expect(wrong.page).toContain(words);
  const never = await post('/console/newsletters', { ...FORM, zone: 'Moon/Sea' });
  expect([never.status, never.page]).toEqual([422, expect.stringContaining('There is no time zone')]);
  const made = await post('/console/newsletters', FORM);
  expect(made.status).toBe(303);
  const page = await read(made.to ?? '');
  for (const words of [
    'Care of the Week',
    'The newsletter is made.',
    '25 November 2026, 10:30 am IST',
    'Archive',
    'RSS · Malayalam',
  ])
    expect(page).toContain(words);
  expect((await web.ask('/n/care-of-the-week')).status).toBe(200);
  expect((await web.ask('/n/care-of-the-week/feed.atom?lang=ml')).status).toBe(200);
  const again = await post('/console/newsletters', FORM);
  expect([again.status, again.page]).toEqual([
    422,
    expect.stringMatching(/There is already a (campaign|newsletter)/),
  ]);
});

it('changes what a newsletter is, and leaves an approval alone where neither lists nor times change', async () => {
  await addStory(ground, paper, staff);
  await post(`${path}/draft`, {});
  await post(`${path}/approval`, {}, approver);
  const form = await read(`${path}/settings`);
  const [, zone] = /name="zone" value="([^"]+)"/.exec(form) ?? [];
  const [, time] = /name="time" value="([^"]+)"/.exec(form) ?? [];
  const same = {
    'en.title': 'New name',
    'ml.title': 'പുതിയ പേര്',
    lists: 'donors',
    every: 'week',
    weekdays: '1',
  };
  const rest = { time: time ?? '', zone: zone ?? '', draftHours: '24', public: '1', scene: 'dawn' };
  const saved = await post(`${path}/settings`, { ...same, ...rest });
  expect(saved.to).toBe(`${path}?done=newsletter-saved`);
  expect(await read(path)).toContain('<dt>Approved by</dt>');
  expect(await read(path)).toContain('New name');
  await post(`${path}/settings`, { ...same, ...rest, time: '11:00' });
  expect(await read(path)).toContain('11:00 am IST');
  expect((await post(`${path}/settings`, { ...same, ...rest, lists: '' })).status).toBe(422);
});

it('rests and goes on: nothing of it is drafted or leaves meanwhile', async () => {
  expect((await post(`${path}/pause`, {})).to).toBe(`${path}?done=newsletter-paused`);
  expect(await read(path)).toContain('Paused since');
  expect(await read('/console/newsletters')).toContain('Paused');
  expect((await post(`${path}/pause`, {})).page).toContain('paused already');
  await addStory(ground, paper, staff);
  ground.clock.set(new Date('2026-11-23T04:00:00Z'));
  await enter();
  await pressEditions(ground);
  expect((await findOpen(ground.sql, paper.id))?.state).toBe('coming');
  expect((await post(`${path}/resume`, {})).to).toBe(`${path}?done=newsletter-resumed`);
  const open = await findOpen(ground.sql, paper.id);
  expect(open).toMatchObject({ state: 'coming', dueAt: new Date('2026-11-30T03:30:00Z') });
});

it('holds back an approved edition while the newsletter rests', async () => {
  await addStory(ground, paper, staff);
  await post(`${path}/draft`, {});
  await post(`${path}/approval`, {}, approver);
  await planRuns(ground);
  await post(`${path}/pause`, {});
  ground.clock.set(new Date('2026-11-23T03:31:00Z'));
  await enter();
  const states = () =>
    ground.db.run.findMany({ where: { messageId: paper.messageId }, select: { state: true } });
  await launchDue(ground);
  expect(await states()).toEqual([{ state: 'planned' }]);
  await post(`${path}/resume`, {});
  await launchDue(ground);
  expect(await states()).toEqual([{ state: 'running' }]);
});
