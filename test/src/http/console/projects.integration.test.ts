import { beforeAll, describe, expect, it } from 'vitest';
import { listConsents } from '../../../../src/pages/consents.ts';
import { readDesk } from '../../../../src/pages/desk.ts';
import { saveProject } from '../../../../src/pages/projects.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { content, type Hands, hands, liveProject, newProject } from '../../pages/support.ts';

const web = testWeb();
const { ground } = web;
const PROJECTS = '/console/projects';
let author: string;
let approver: string;
let auditor: string;
let both: Hands;

beforeAll(async () => {
  author = (await signedIn(web, ['author'])).cookie;
  approver = (await signedIn(web, ['approver'])).cookie;
  auditor = (await signedIn(web, ['auditor'])).cookie;
  both = await hands(ground);
});

const read = async (at: string, cookie = author) => {
  const answer = await web.ask(at, { headers: { cookie } });
  return { status: answer.status, page: await answer.text() };
};
const post = async (at: string, fields: Record<string, string> | [string, string][], cookie = author) => {
  const body = new URLSearchParams(fields);
  const answer = await web.ask(at, { method: 'POST', headers: { ...OWN, cookie }, body });
  return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() };
};

/** The editor's form with a whole page. */
const FORM: Record<string, string> = {
  ...{ mode: 'blocks', revision: '1', 'en.subject': 'Wheels', 'ml.subject': 'ചക്രങ്ങൾ' },
  ...{
    'en.preheader': 'Two cars',
    'ml.preheader': 'രണ്ടു വണ്ടികൾ',
    'en.unreached': 'One car',
    'ml.unreached': 'ഒരു വണ്ടി',
  },
  ...{ row: 'k0', 'k0.en.kind': 'text', 'k0.en.text': 'The hill', 'k0.ml.kind': 'text', 'k0.ml.text': 'മല' },
  ...{ 'goal.kind': 'rupees', 'goal.amount': '₹6,00,000', 'goal.capped': 'yes', 'goal.until': '2027-03-31' },
  ...{ 'costs.0.amount': '4,00,000', 'costs.0.en': 'Drivers', 'costs.0.ml': 'ഡ്രൈവർ' },
  ...{ 'costs.1.amount': '2,00,000', 'costs.1.en': 'Fuel', 'costs.1.ml': 'ഇന്ധനം' },
};
const form = (change: Record<string, string> = {}): [string, string][] => [
  ...(['en', 'ml'].map((tag) => ['side', tag]) as [string, string][]),
  ...Object.entries({ ...FORM, ...change }),
];

describe('the list', () => {
  it('teaches while there is none, and narrows by what stands in the address', async () => {
    expect((await read(PROJECTS)).page).toContain('No project yet');
    const id = await newProject(ground);
    const { page } = await read(`${PROJECTS}?state=draft&theme=children&q=wheels`);
    expect(page).toContain(`${PROJECTS}/${id}`);
    expect((await read(`${PROJECTS}?state=live`)).page).toContain('Nothing fits');
    expect((await read(`${PROJECTS}?lang=ml`)).page).toContain('ചക്രങ്ങൾ');
  });
});

describe('making one', () => {
  it('takes the address from the English title, and keeps what was typed when it is taken', async () => {
    const fields = {
      en: 'A Nurse, at the Door!',
      ml: 'വാതിൽക്കൽ',
      slug: '',
      theme: 'illness',
      district: 'Idukki',
    };
    const made = await post(PROJECTS, fields);
    expect(made.to).toMatch(/^\/console\/projects\/[\da-f-]{36}\/page\?done=project-made$/);
    const id = String(made.to).split('/')[3] as string;
    expect((await readDesk(ground, id)).project).toMatchObject({
      slug: 'a-nurse-at-the-door',
      district: 'Idukki',
    });
    const again = await post(PROJECTS, fields);
    expect(again.status).toBe(422);
    expect(again.page).toContain('There is a project at a-nurse-at-the-door already.');
    expect(again.page).toContain('value="A Nurse, at the Door!"');
    const wrong = await post(PROJECTS, { ...fields, en: '', ml: '', theme: 'nothing' });
    expect(wrong.page).toContain('Choose what it is about.');
  });
});

describe('the editor', () => {
  it('keeps both languages, the goal and the costs as a new version', async () => {
    const id = await newProject(ground);
    const saved = await post(`${PROJECTS}/${id}/page`, form({ op: 'save' }));
    expect(saved.to).toBe(`${PROJECTS}/${id}/page?done=project-saved`);
    expect((await readDesk(ground, id)).content).toMatchObject({
      en: { title: 'Wheels', summary: 'Two cars', story: [{ type: 'text', text: 'The hill' }] },
      goal: { amount: '60000000', capped: true, until: '2027-03-31', unit: null },
      costs: [{ amount: '40000000' }, { amount: '20000000', words: { en: 'Fuel', ml: 'ഇന്ധനം' } }],
    });
    const { page } = await read(`${PROJECTS}/${id}/page`);
    expect(page).toContain('value="6,00,000"');
    expect(page).toContain('₹6,00,000 of costs, ₹6,00,000 of goal');
  });

  it('counts a goal in things', async () => {
    const id = await newProject(ground);
    const things = { 'goal.kind': 'things', 'goal.count': '400', 'goal.cost': '1,500' };
    const words = {
      'goal.one.en': 'person',
      'goal.one.ml': 'ആൾ',
      'goal.many.en': 'people',
      'goal.many.ml': 'പേർ',
    };
    await post(`${PROJECTS}/${id}/page`, form({ op: 'save', ...things, ...words }));
    expect((await readDesk(ground, id)).content.goal).toMatchObject({
      amount: '60000000',
      unit: { cost: '150000' },
    });
    const half = await post(
      `${PROJECTS}/${id}/page`,
      form({ op: 'save', revision: '2', ...things, 'goal.count': 'many' }),
    );
    expect([half.status, half.page.includes('Write a whole number.')]).toEqual([422, true]);
  });

  it('adds and moves blocks without keeping anything', async () => {
    const id = await newProject(ground);
    const added = await post(`${PROJECTS}/${id}/page`, form({ op: 'add:quote' }));
    expect(added.page).toContain('name="k1.ml.who"');
    expect(added.page).not.toContain('name="k1.en.level"');
    const two = { 'k1.en.kind': 'divider', 'k1.ml.kind': 'divider' };
    const moved = await post(`${PROJECTS}/${id}/page`, [...form({ op: 'up:k1', ...two }), ['row', 'k1']]);
    expect(moved.page.indexOf('id="row-k1"')).toBeLessThan(moved.page.indexOf('id="row-k0"'));
    expect((await readDesk(ground, id)).project.version).toBe(1);
  });

  it('says beside each field what will not do, and keeps it', async () => {
    const id = await newProject(ground);
    const wrong = { 'k0.ml.text': '', 'costs.0.amount': '12.345', 'cover.src': 'art:thanks' };
    const { status, page } = await post(`${PROJECTS}/${id}/page`, form({ op: 'save', ...wrong }));
    expect(status).toBe(422);
    expect(page).toContain('value="12.345"');
    expect(page).toContain('Write an amount in rupees');
    expect(page).toContain('Choose a picture of the media library');
    expect(page).toContain('href="#k0.ml.text"');
    expect((await readDesk(ground, id)).project.version).toBe(1);
  });

  it('shows what is kept and what is typed as the public page will be, without what is not finished', async () => {
    const id = await newProject(ground);
    const kept = await web.ask(`${PROJECTS}/${id}/page/preview?language=ml`, {
      headers: { cookie: auditor },
    });
    expect(kept.headers.get('content-security-policy')).toMatch(
      /frame-ancestors 'self'; sandbox allow-same-origin$/,
    );
    expect(await kept.text()).toContain('ചക്രങ്ങൾ');
    const typed = form({ language: 'en', 'k0.ml.text': '', 'goal.amount': 'much', 'costs.1.amount': '' });
    const { status, page } = await post(`${PROJECTS}/${id}/page/preview`, typed);
    expect([status, page.includes('The hill'), page.includes('Drivers'), page.includes('Fuel')]).toEqual([
      ...[200, true, true, false],
    ]);
    expect((await readDesk(ground, id)).project.version).toBe(1);
  });

  it('tells the second of two who write at once, and shows the difference', async () => {
    const id = await newProject(ground);
    await saveProject(ground, { id, expected: 1, content: content() }, 'other@kssm.example');
    const { status, page } = await post(`${PROJECTS}/${id}/page`, form({ op: 'save' }));
    expect(status).toBe(409);
    expect(page).toContain('other@kssm.example');
    expect(page).toContain('<ins>');
    expect(page).toContain('name="k0.ml.text" value="മല"');
    expect((await readDesk(ground, id)).project.version).toBe(2);
    const mine = await post(`${PROJECTS}/${id}/page`, form({ op: 'save', revision: '2' }));
    expect(mine.status).toBe(303);
  });

  it('brings an earlier version back', async () => {
    const id = await newProject(ground);
    await post(`${PROJECTS}/${id}/page`, form({ op: 'save' }));
    expect((await read(`${PROJECTS}/${id}/versions`)).page).toContain(`${PROJECTS}/${id}/versions/1`);
    expect((await read(`${PROJECTS}/${id}/versions/2`)).page).toContain('₹6,00,000');
    const back = await post(`${PROJECTS}/${id}/versions/1/restore`, { revision: '2' });
    expect(back.to).toBe(`${PROJECTS}/${id}/page?done=project-saved`);
    expect((await readDesk(ground, id)).content.goal.amount).toBe('100000');
    expect((await post(`${PROJECTS}/${id}/versions/1/restore`, { revision: '2' })).status).toBe(409);
  });

  it('is read by an auditor, and changed by none', async () => {
    const id = await newProject(ground);
    expect((await read(`${PROJECTS}/${id}/page`, auditor)).page).toContain('You can read this page.');
    expect((await post(`${PROJECTS}/${id}/page`, form({ op: 'save' }), auditor)).status).toBe(403);
  });
});

describe('the desk', () => {
  it('leads from the draft to the public by two people', async () => {
    const id = await newProject(ground, content({ costs: [] }));
    expect((await read(`${PROJECTS}/${id}`)).page).toContain('The costs come to ₹0, and the goal is ₹1,000.');
    const early = await post(`${PROJECTS}/${id}/review`, {});
    expect([early.status, early.page.includes('It cannot be public yet.')]).toEqual([422, true]);
    await post(`${PROJECTS}/${id}/page`, form({ op: 'save' }));
    expect((await post(`${PROJECTS}/${id}/review`, {})).to).toBe(`${PROJECTS}/${id}?done=project-asked`);
    expect((await read(`${PROJECTS}/${id}`)).page).toContain('Somebody else reads it');
    const asked = await read(`${PROJECTS}/${id}`, approver);
    expect(asked.page).toContain('Approve version 2');
    const silent = await post(`${PROJECTS}/${id}/decision`, { decision: 'return', version: '2' }, approver);
    expect([silent.status, silent.page.includes('Say what is to be changed')]).toEqual([422, true]);
    await post(`${PROJECTS}/${id}/decision`, { decision: 'approve', version: '2' }, approver);
    expect((await read(`${PROJECTS}/${id}`)).page).toContain('Publish version 2');
    expect((await post(`${PROJECTS}/${id}/publication`, {})).to).toContain('done=project-published');
    expect((await read(PROJECTS)).page).toContain('Live');
  });

  it('shows why it came back, and closes with words in both languages', async () => {
    const id = await newProject(ground);
    await post(`${PROJECTS}/${id}/review`, {});
    await post(`${PROJECTS}/${id}/decision`, { decision: 'return', words: 'Too long.' }, approver);
    expect((await read(`${PROJECTS}/${id}`)).page).toContain('Too long.');
    const live = await liveProject(ground, both);
    const half = { 'en.title': 'Over', 'en.text': 'The cars run on.', 'ml.title': '', 'ml.text': '' };
    const refused = await post(`${PROJECTS}/${live}/close`, half, approver);
    expect(refused.page).toContain('value="Over"');
    const closed = await post(
      `${PROJECTS}/${live}/close`,
      { ...half, 'ml.title': 'തീർന്നു', 'ml.text': 'ഓടും.' },
      approver,
    );
    expect(closed.to).toContain('done=project-closed');
    expect((await read(`${PROJECTS}/${live}`)).page).toContain('Write the report of use');
    expect((await read(`${PROJECTS}/${live}/page`)).page).toContain('You can read this page.');
  });
});

describe('news and partners', () => {
  it('writes news that somebody else publishes', async () => {
    const id = await liveProject(ground, both);
    const at = `${PROJECTS}/${id}/updates`;
    expect((await read(at)).page).toContain('No news yet');
    expect((await read(`${at}/new`)).page).toContain('₹500 · Half');
    const words = {
      kind: 'news',
      'en.title': 'The ramp',
      'en.text': 'It folds.',
      'ml.title': 'റാംപ്',
      'ml.text': 'മടങ്ങും.',
    };
    const wrong = await post(at, { ...words, files: 'a paper' });
    expect([wrong.status, wrong.page.includes('value="The ramp"')]).toEqual([422, true]);
    expect((await post(at, { ...words, milestone: '50000' })).to).toBe(`${at}?done=update-saved`);
    const { page } = await read(at, approver);
    const publication = /action="([^"]+publication)"/.exec(page)?.[1] as string;
    expect((await post(publication, {}, approver)).to).toBe(`${at}?done=update-published`);
    expect((await read(at)).page).toContain('Public');
  });

  it('names sponsors and records promises, with what was typed kept', async () => {
    const id = await liveProject(ground, both);
    const at = `${PROJECTS}/${id}`;
    const wrong = await post(
      `${at}/offers`,
      { en: 'Spices', ml: '', percent: '0', amount: 'much' },
      approver,
    );
    expect(wrong.page).toContain('Write a whole number from 1 to 1000.');
    expect(wrong.page).toContain('value="much"');
    expect(
      (await post(`${at}/offers`, { en: 'Spices', ml: '', percent: '100', amount: '1,00,000' }, approver))
        .status,
    ).toBe(303);
    const sponsor = { en: 'Boats', ml: '', amount: '', asset: '', url: 'https://boats.example' };
    expect((await post(`${at}/sponsors`, { ...sponsor, url: 'boats' }, approver)).page).toContain(
      'begins with https://',
    );
    expect((await post(`${at}/sponsors`, sponsor, approver)).status).toBe(303);
    const { page } = await read(`${at}/partners`, approver);
    expect(page).toContain('Adds 100 %, up to ₹1,00,000; ₹0 added so far.');
    for (const action of page.matchAll(/action="([^"]+\/end)"/g))
      expect((await post(action[1] as string, {}, approver)).status).toBe(303);
    expect((await read(`${at}/partners`, approver)).page).toContain('Nobody carries it yet.');
    expect((await post(`${at}/offers`, {}, author)).status).toBe(403);
  });
});

describe('consents', () => {
  it('are recorded, shown with their places, and taken back', async () => {
    expect((await read('/console/consents')).page).toContain('No consent is recorded');
    const fields = {
      kind: 'guardian',
      who: 'A child',
      guardian: '',
      covers: 'picture',
      givenOn: '2026-11-01',
      paper: 'File 1',
    };
    const wrong = await post('/console/consents', fields);
    expect([wrong.status, wrong.page.includes('Say whose signature it is.')]).toEqual([422, true]);
    const made = await post('/console/consents', { ...fields, guardian: 'Her aunt' });
    const at = String(made.to).replace(/\?.*/, '');
    expect((await read(at)).page).toContain('Agreed to by the guardian, Her aunt');
    expect((await post(`${at}/withdrawal`, {})).to).toBe(`${at}?done=consent-taken-back`);
    expect((await listConsents(ground))[0]?.withdrawnAt).not.toBeNull();
    const hidden = await post('/console/consents', { ...fields, guardian: 'Her aunt', sheltered: 'yes' });
    expect(hidden.page).toContain('A child under care proceedings is never shown');
  });
});
