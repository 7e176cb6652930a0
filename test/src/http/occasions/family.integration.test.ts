import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askToShow } from '../../../../src/pages/occasions/asking.ts';
import { decideOccasion } from '../../../../src/pages/occasions/decide.ts';
import { occasionFigures } from '../../../../src/pages/occasions/gifts.ts';
import { type Keeper, keeperById, keepersOf } from '../../../../src/pages/occasions/keepers.ts';
import { readOccasion } from '../../../../src/pages/occasions/make.ts';
import { begunPage, familyBox, familyLink, pass, provenKeeper } from '../../../support/families.ts';
import { fieldsIn, openTill, paidGift } from '../../../support/giving.ts';
import { staffMember } from '../../../support/staff.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const post = (path: string, fields: Record<string, string> = {}) =>
  ask(`${path}?lang=en`, { method: 'POST', body: new URLSearchParams(fields) });
const html = async (path: string) => (await ask(`${path}?lang=en`)).text();
const placeOf = (answer: Response) => String(answer.headers.get('location'));

interface Family {
  id: string;
  keeper: Keeper;
  link: string;
  contact: string;
}

/** A page that guests see, and its family's link. */
async function family(more: Parameters<typeof begunPage>[1] = {}): Promise<Family> {
  const contact = familyBox();
  const { id } = await begunPage(ground, more);
  const keeper = await provenKeeper(ground, id, contact);
  await askToShow(ground, id, { adult: true });
  await approve(id);
  return { id, keeper, link: familyLink(ground, keeper), contact };
}

async function approve(id: string): Promise<void> {
  const { edition } = await readOccasion(ground, id);
  await decideOccasion(ground, { id, decision: 'approve', edition }, await staffMember(ground, ['approver']));
}

let donors = 0;
async function gift(
  { id }: Family,
  amount: bigint,
  more: object = {},
  name = 'Lissy Varghese',
): Promise<void> {
  const donor = {
    ...{ kind: 'individual' as const, name, email: `guest${++donors}@people.example` },
    ...{ phone: `+9199470${10_000 + donors}`, address: 'Poojappura', language: 'en' as const, source: {} },
    identity: { kind: 'pan' as const, number: 'AAAPA1234A' },
  };
  await paidGift(ground, vendor, { amount, donor, occasion: { id, showAmount: false }, ...more });
}

const giftsOn = (page: string) =>
  [...page.matchAll(/id="gift-([0-9a-f-]{36})"/g)].map(([, id]) => String(id));
const codeTo = async (address: string): Promise<string> => {
  const kind = 'occasion-code';
  const letter = await ground.db.notice.findFirst({ where: { address, kind }, orderBy: { id: 'desc' } });
  return /\b(\d{3} \d{3})\b/.exec(letter?.text ?? '')?.[1] ?? '';
};

describe('A family’s own page', () => {
  it('shows names, words and sums, and never how a donor is reached', async () => {
    const page = await family();
    await gift(page, 150_000n, { message: 'With <love>' });
    await gift(page, 50_000n, { anonymous: true, message: 'Be well' }, 'Secret Donor');
    const shown = await html(page.link);
    expect(shown).toContain('₹2,000');
    expect(shown).toContain('2 gifts');
    expect(shown).toContain('Lissy Varghese');
    expect(shown).toContain('With &lt;love&gt;');
    expect(shown).toContain('Somebody who does not want to be named');
    for (const secret of [
      'Secret Donor',
      'people.example',
      '99470',
      'AAAPA1234A',
      'Poojappura',
      page.contact,
    ])
      expect(shown, secret).not.toContain(secret);
    const list = await (await ask(`${page.link}/gifts.csv?lang=en`)).text();
    expect(list.replace('\ufeff', '').split('\r\n')).toEqual([
      'Day,Name,Message,Amount in rupees,Your thanks',
      '2026-11-21,,Be well,500.00,',
      '2026-11-21,Lissy Varghese,With <love>,1500.00,',
      '',
    ]);
    expect((await occasionFigures(ground.sql, page.id)).raised).toBe(200_000n);
  });

  it('thanks one, then all others, each once; hides a message and shows it again', async () => {
    const page = await family();
    for (const name of ['One', 'Two', 'Three']) await gift(page, 50_000n, { message: `From ${name}` }, name);
    const [newest = ''] = giftsOn(await html(page.link));
    expect(placeOf(await post(`${page.link}/gifts/${newest}/thanks`, { words: 'Dear Three' }))).toContain(
      'done=thanked',
    );
    expect((await post(`${page.link}/thanks`, { words: '  ' })).status).toBe(400);
    await post(`${page.link}/thanks`, { words: 'Thank you all' });
    expect(placeOf(await post(`${page.link}/thanks`, { words: 'Again' }))).toContain('done=nobody');
    const { rows } = await ground.sql.query(
      'SELECT thanks, count(*)::int FROM occasion_gift WHERE occasion_id = $1 GROUP BY 1 ORDER BY 1',
      [page.id],
    );
    expect(rows).toEqual([
      { thanks: 'Dear Three', count: 1 },
      { thanks: 'Thank you all', count: 2 },
    ]);
    await post(`${page.link}/gifts/${newest}/hiding`, { hidden: 'yes' });
    expect(await html(page.link)).toContain('hidden from guests');
    await post(`${page.link}/gifts/${newest}/hiding`, { hidden: 'no' });
    expect(await html(page.link)).not.toContain('hidden from guests');
    const other = await family();
    expect((await post(`${other.link}/gifts/${newest}/hiding`, { hidden: 'yes' })).status).toBe(404);
    expect(placeOf(await post(`${other.link}/gifts/${newest}/thanks`, { words: 'x' }))).toContain(
      'done=thanked',
    );
    expect(
      (await ground.sql.query('SELECT FROM occasion_gift WHERE occasion_id = $1', [other.id])).rowCount,
    ).toBe(0);
  });

  it('says of a page that was never shown that it is looked at, and not that guests see an older one', async () => {
    const { id } = await begunPage(ground);
    const keeper = await provenKeeper(ground, id);
    await askToShow(ground, id, { adult: true });
    const waiting = await html(familyLink(ground, keeper));
    expect(waiting).toContain('Somebody at the Mission is looking at your page.');
    expect(waiting).not.toContain('guests see the page as it was');
  });

  it('is changed by the same screens; guests see it once it was asked for and approved', async () => {
    const page = await family();
    const { edition = '' } = fieldsIn(await html(`${page.link}/edit/words`));
    const saved = await post(`${page.link}/edit/words`, {
      edition,
      line: 'A new line',
      story: '',
      language: 'en',
    });
    expect(placeOf(saved)).toBe(`${page.link}?done=saved&lang=en`);
    const shownLine = async () =>
      (await ground.sql.query(`SELECT shown->>'line' AS line FROM occasion WHERE id = $1`, [page.id])).rows[0]
        .line;
    expect(await html(page.link)).toContain('Guests do not see your changes yet');
    expect(await shownLine()).toBe('');
    expect(placeOf(await post(`${page.link}/showing`))).toContain('done=asked');
    const waiting = await html(page.link);
    expect(waiting).toContain('Your last changes are being looked at.');
    expect(waiting).not.toContain('Guests do not see your changes yet');
    await approve(page.id);
    expect(await shownLine()).toBe('A new line');
    expect(await html(page.link)).not.toContain('being looked at');
  });

  it('tells what staff asked for', async () => {
    const page = await family();
    const { edition } = await readOccasion(ground, page.id);
    const user = await staffMember(ground, ['approver']);
    await decideOccasion(
      ground,
      { id: page.id, decision: 'takeDown', words: 'Please leave the number out.', edition },
      user,
    );
    const shown = await html(page.link);
    expect(shown).toContain('Please leave the number out.');
    expect(shown).toContain('Taken off by us');
  });

  it('closes with last words and the figures of that moment, opens again, and goes for good', async () => {
    const page = await family();
    await gift(page, 120_000n);
    await post(`${page.link}/closing`, { words: 'Thank you for everything.' });
    const frozen = async () =>
      (await ground.sql.query('SELECT frozen FROM occasion WHERE id = $1', [page.id])).rows[0].frozen;
    expect(await frozen()).toEqual({ raised: '120000', gifts: 1, words: 'Thank you for everything.' });
    expect((await post(`${page.link}/closing`)).status).toBe(409);
    await post(`${page.link}/reopening`);
    expect(await frozen()).toBeNull();
    expect(await html(`${page.link}/removal`)).toContain('Remove the page of Anju &amp; Biju?');
    expect(await (await post(`${page.link}/removal`)).text()).toContain('The page was removed');
    const after = await ask(`${page.link}?lang=en`);
    expect(after.status).toBe(410);
    expect(await after.text()).toContain('stays in the books');
    expect((await occasionFigures(ground.sql, page.id)).raised).toBe(120_000n);
  });

  it('hears at once, daily or not at all, and is asked next year where it wishes', async () => {
    const page = await family();
    await post(`${page.link}/news`, { digest: 'once', remind: 'yes' });
    expect((await keeperById(ground, page.keeper.id))?.digest).toBe('once');
    expect((await readOccasion(ground, page.id)).remind).toBe(true);
    expect((await post(`${page.link}/news`, { digest: 'hourly' })).status).toBe(400);
  });

  it('takes a second keeper by their code, whose link opens the same page, and lets them go', async () => {
    const page = await family();
    const contact = familyBox();
    await post(`${page.link}/keeper`, { name: 'Biju', contact });
    expect(await html(page.link)).toContain('A code went to Biju');
    expect((await post(`${page.link}/keeper/code`, { code: '1' })).status).toBe(400);
    await post(`${page.link}/keeper/code`, { code: await codeTo(contact) });
    const second = (await keepersOf(ground, page.id))[1] as Keeper;
    const link = familyLink(ground, second);
    expect(await html(link)).toContain('Anju &amp; Biju');
    await post(`${page.link}/keeper/end`);
    expect((await ask(link)).status).toBe(410);
    expect((await ask(page.link)).status).toBe(200);
  });

  it('invites guests by mail, each once, and gives back what is no address', async () => {
    const page = await family();
    const addresses = 'ravi@guests.example, Uma <uma@guests.example>\nnonsense';
    const shown = await (await post(`${page.link}/guests`, { addresses })).text();
    expect(shown).toContain('2 invitations are on the way.');
    expect(shown).toContain('1 is no e-mail address');
    expect(shown).toMatch(/name="addresses"[^>]*>nonsense<\/textarea>/);
    expect(await (await post(`${page.link}/guests`, { addresses: 'ravi@guests.example' })).text()).toContain(
      '0 invitations',
    );
  });
});

describe('The link to it', () => {
  it('is sent again, and all of them end', async () => {
    const page = await family();
    await post(`${page.link}/link`);
    const letter = await ground.db.notice.findFirst({
      where: { address: page.contact, kind: 'occasion-link' },
    });
    const [, sent = ''] = /(\/family\/[\w-]{50})/.exec(letter?.text ?? '') ?? [];
    expect((await ask(sent)).status).toBe(200);
    expect(await (await post(`${page.link}/links-end`)).text()).toContain('All links sent to you have ended');
    for (const link of [sent, page.link]) expect((await ask(link)).status).toBe(410);
    for (const path of ['/thanks', '/closing', '/removal', '/guests'])
      expect((await post(page.link + path, { words: 'x' })).status, path).toBe(410);
    expect((await ask('/family/broken')).status).toBe(410);
  });

  it('shows nothing when it is old, until a code to the proven contact opens it', async () => {
    const page = await family();
    await gift(page, 50_000n, { message: 'For them only' });
    pass(ground, { days: 121 });
    expect(placeOf(await ask(page.link))).toBe(`${page.link}/code`);
    expect(placeOf(await ask(`${page.link}?lang=ml`))).toBe(`${page.link}/code?lang=ml`);
    const door = await html(`${page.link}/code`);
    for (const secret of ['Anju', 'For them only', page.contact]) expect(door).not.toContain(secret);
    expect(door).toContain('This link is an old one');
    await post(`${page.link}/code`, { send: 'yes' });
    expect((await post(`${page.link}/code`, { code: '000' })).status).toBe(400);
    const opened = placeOf(await post(`${page.link}/code`, { code: await codeTo(page.contact) }));
    expect(await (await ask(opened)).text()).toContain('For them only');
    for (const path of ['/thanks', '/removal'])
      expect(placeOf(await post(page.link + path)), path).toContain('/code');
  });

  it('is ended by a stranger who has the number now, with a kind word, and nothing is lost', async () => {
    const page = await family();
    pass(ground, { days: 200 });
    const said = await (await post(`${page.link}/not-mine`)).text();
    expect(said).toContain('Thank you for telling us');
    expect(said).not.toContain('Anju');
    expect((await ask(page.link)).status).toBe(410);
    expect(await readOccasion(ground, page.id)).toMatchObject({
      state: 'live',
      content: { names: ['Anju', 'Biju'] },
    });
    expect(await keeperById(ground, page.keeper.id)).not.toBeNull();
  });

  it('shows a page that was closed since', async () => {
    const page = await family();
    await post(`${page.link}/closing`);
    expect(await html(page.link)).toContain('Open the page again');
  });
});
