import { beforeEach, describe, expect, it } from 'vitest';
import { keepersOf } from '../../../../src/pages/occasions/keepers.ts';
import { readDraftToken } from '../../../../src/pages/occasions/links.ts';
import { readOccasion, saveOccasion } from '../../../../src/pages/occasions/make.ts';
import { begunPage, familyBox, pass, provenKeeper } from '../../../support/families.ts';
import { fieldsIn } from '../../../support/giving.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const post = (path: string, fields: Record<string, string>, language = 'en') =>
  ask(`${path}?lang=${language}`, { method: 'POST', body: new URLSearchParams(fields) });
const html = async (path: string) => (await ask(path)).text();
const placeOf = (answer: Response) => String(answer.headers.get('location'));
const making = (token: string, screen: string) => `/occasions/make/${token}/${screen}`;
const codeTo = async (address: string): Promise<string> => {
  const letter = await ground.db.notice.findFirst({
    where: { address, kind: 'occasion-code' },
    orderBy: { id: 'desc' },
  });
  return /\b(\d{3} \d{3})\b/.exec(letter?.text ?? '')?.[1] ?? '';
};

describe('Making a page', () => {
  it('begins with a kind of day and the touch of our link, and leads to its own address', async () => {
    const start = await html('/occasions?lang=ml&touch=abc.def');
    expect(start).toContain('ഓർമ്മദിനം');
    expect(start).toContain('name="touch" value="abc.def"');
    const answer = await post('/occasions', { kind: 'wedding', touch: 'abc.def' }, 'ml');
    const [, token = ''] = /\/occasions\/make\/([^/]+)\/who\?lang=ml$/.exec(placeOf(answer)) ?? [];
    const id = readDraftToken(ground.keys, token) ?? '';
    expect(await readOccasion(ground, id)).toMatchObject({
      kind: 'wedding',
      touch: 'abc.def',
      content: { language: 'ml' },
    });
    expect(placeOf(await post('/occasions', { kind: 'nonsense' }))).toBe('/occasions?lang=en');
  });

  it('goes through its screens to the family’s own page, each step kept', async () => {
    const begun = placeOf(await post('/occasions', { kind: 'wedding' }));
    const base = begun.replace(/\/who.*$/, '');
    const edition = async (screen: string) => fieldsIn(await html(`${base}/${screen}`)).edition ?? '';
    const save = async (screen: string, fields: Record<string, string>) =>
      placeOf(await post(`${base}/${screen}`, { edition: await edition(screen), ...fields }));
    expect(await save('who', { kind: 'wedding', name: 'Anju', other: 'Biju', day: '2026-12-05' })).toContain(
      '/words',
    );
    expect(await save('words', { line: '', language: 'en', use: 'line.1' })).toContain('/words?lang=en#line');
    expect(await html(`${base}/words`)).toContain(
      'We begin our life together by sharing our joy.</textarea>',
    );
    expect(await save('words', { line: 'Come!', story: 'A\r\n\r\nB', language: 'en' })).toContain('/photo');
    expect(
      await save('for', { purpose: 'fund', visibility: 'guests', goal: '₹50,000', progress: 'yes' }),
    ).toContain('/look');
    expect(await save('look', { design: 'kasavu' })).toContain('/contact');
    const preview = await ask(`${base}/preview?lang=en`);
    expect(await preview.text()).toContain('Anju &amp; Biju');
    expect(preview.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
    const contact = familyBox();
    expect(placeOf(await post(`${base}/contact`, { name: 'Anju', contact, adult: 'yes' }))).toContain(
      '/code',
    );
    const typed = await codeTo(contact);
    const wrong = await post(`${base}/code`, { code: typed === '111 111' ? '222222' : '111111' });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('That is not the code');
    const done = placeOf(await post(`${base}/code`, { code: typed }));
    expect(done).toMatch(/^\/family\/[\w-]{50}\/done\?lang=en$/);
    const said = await html(done);
    expect(said).toContain('We look at your page now');
    // Nothing leads to what guests cannot see yet.
    expect(said).toContain('Once the page is shown, we tell you.');
    expect(said).not.toMatch(/invitation\.pdf|table\.pdf|qr\.svg|wa\.me/);
    const id = readDraftToken(ground.keys, base.split('/').at(-1) ?? '') ?? '';
    expect(await readOccasion(ground, id)).toMatchObject({
      ...{ state: 'waiting' },
      content: {
        names: ['Anju', 'Biju'],
        line: 'Come!',
        story: 'A\n\nB',
        goal: '5000000',
        progress: true,
        design: 'kasavu',
      },
    });
    expect((await ask(`${base}/who`)).status).toBe(410);
    expect(await html(`${base}/who?lang=en`)).toContain('This page is made already');
  });

  it('says beside a field what is wrong, and gives back all that was typed', async () => {
    const { token } = await begunPage(ground);
    const story = 'അമ്മ '.repeat(10_000);
    const answer = await post(making(token, 'words'), { edition: '2', line: 'Kept', story, language: 'ml' });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain('That has 49,999 characters; 4,000 have room.');
    expect(page).toContain('>Kept</textarea>');
    expect(page.length).toBeGreaterThan(50_000);
    const who = await (
      await post(making(token, 'who'), { edition: '2', name: '', other: 'B', day: '2036-01-01' })
    ).text();
    expect(who).toContain('Write a name.');
    const far = await post(making(token, 'who'), { edition: '2', name: 'A', other: 'B', day: '2036-01-01' });
    expect(far.status).toBe(400);
    expect(await far.text()).toContain('more than two years ahead');
    const purpose = await (
      await post(making(token, 'for'), { edition: '2', purpose: 'project', goal: '5' })
    ).text();
    expect(purpose).toContain('Choose a project, or the fund.');
    expect(purpose).toContain('₹100 or more');
  });

  it('shows two who write at once both texts, loses none, and saves the second on purpose', async () => {
    const { id, token } = await begunPage(ground);
    await saveOccasion(ground, { id, expected: 2 }, { content: { line: 'Theirs' } });
    const answer = await post(making(token, 'words'), {
      edition: '2',
      line: 'Mine',
      story: '',
      language: 'en',
    });
    const page = await answer.text();
    expect(answer.status).toBe(409);
    expect(page).toContain('Somebody else changed the page meanwhile.');
    expect(page).toMatch(/Now:<\/b> Theirs/);
    expect(page).toContain('>Mine</textarea>');
    const edition = fieldsIn(page).edition ?? '';
    expect(
      (await post(making(token, 'words'), { edition, line: 'Mine', story: '', language: 'en' })).status,
    ).toBe(303);
    expect((await readOccasion(ground, id)).content.line).toBe('Mine');
  });

  it('asks for the first name of a child only, unless the surname was chosen, and for a parent', async () => {
    const { id, token } = await begunPage(ground, { kind: 'birthday' });
    const child = { edition: '2', kind: 'birthday', name: 'Ammu Nair', day: '2026-12-05', child: 'yes' };
    const asked = await post(making(token, 'who'), child);
    expect(asked.status).toBe(422);
    expect(await asked.text()).toContain('For a child the first name is enough.');
    expect((await post(making(token, 'who'), { ...child, surname: 'yes' })).status).toBe(303);
    expect(await html(`${making(token, 'contact')}?lang=en`)).toContain(
      'I am the child’s parent or guardian',
    );
    const contact = familyBox();
    await post(making(token, 'contact'), { name: 'Devi', contact, adult: 'yes' });
    await post(making(token, 'code'), { code: await codeTo(contact) });
    expect(await readOccasion(ground, id)).toMatchObject({ state: 'waiting', child: true });
    const { rows } = await ground.sql.query('SELECT parent FROM occasion WHERE id = $1', [id]);
    expect(ground.keys.open('occasion-contact', rows[0].parent)).toBe('Devi');
  });

  it('changes its kind, with a design that suits it', async () => {
    const { id, token } = await begunPage(ground, { kind: 'birthday' });
    const answer = await post(making(token, 'who'), {
      edition: '2',
      kind: 'death-anniversary',
      name: 'Mary',
      day: '2026-12-05',
    });
    expect(placeOf(answer)).toContain('/who');
    expect(await readOccasion(ground, id)).toMatchObject({
      kind: 'death-anniversary',
      content: { design: 'lamp' },
    });
    const words = await html(`${making(token, 'words')}?lang=en`);
    expect(words).not.toContain('name="use"');
    expect(await html(`${making(token, 'for')}?lang=en`)).not.toContain('<details open');
  });

  it('does nothing for a form that is none of ours, a link that is none, and a screen that is not there', async () => {
    const { id, token } = await begunPage(ground);
    expect((await post(making(token, 'words'), { line: 'x' })).status).toBe(303);
    expect((await readOccasion(ground, id)).edition).toBe(2);
    expect((await ask(making('broken', 'who'))).status).toBe(404);
    expect((await ask(making(token, 'constructor'))).status).toBe(404);
    expect((await ask(making(token, 'code'))).status).toBe(303);
  });

  it('is kept out of caches, search engines and the frames of others', async () => {
    const { token } = await begunPage(ground);
    const { headers } = await ask(making(token, 'look'));
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('A lost link', () => {
  it('is answered alike for a page and for none, and opens by the code', async () => {
    const contact = familyBox();
    const { id } = await begunPage(ground);
    await provenKeeper(ground, id, contact);
    pass(ground, { seconds: 61 });
    const known = await (await post('/occasions/lost', { contact })).text();
    const unknown = await (await post('/occasions/lost', { contact: 'nobody@homes.example' })).text();
    expect(known.replaceAll(contact, 'X')).toBe(unknown.replaceAll('nobody@homes.example', 'X'));
    const guess = await post('/occasions/lost/code', { contact: 'nobody@homes.example', code: '123456' });
    expect(guess.status).toBe(422);
    const opened = placeOf(await post('/occasions/lost/code', { contact, code: await codeTo(contact) }));
    expect(await html(opened)).toContain('Anju &amp; Biju');
    expect((await post('/occasions/lost', { contact: 'no contact' })).status).toBe(422);
  });

  it('is asked for twenty times in ten minutes from one place, then no more', async () => {
    const asked = () => post('/occasions/lost', { contact: 'nobody@homes.example' });
    const answers = [];
    for (let n = 0; n < 21; n++) answers.push((await asked()).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(20);
    expect(answers.at(-1)).toBe(429);
  });
});

it('a page whose telephone no SMS reaches says what else can be done, and keeps what was typed', async () => {
  const { id, token } = await begunPage(ground);
  const answer = await post(making(token, 'contact'), { name: 'Anju', contact: '98470 55599', adult: 'yes' });
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain('No SMS can be sent just now.');
  expect((await keepersOf(ground, id))[0]?.verifiedAt).toBeNull();
});
