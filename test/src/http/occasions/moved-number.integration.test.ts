import { beforeEach, describe, expect, it } from 'vitest';
import { tellKeeper } from '../../../../src/campaigns/occasions/keeper-letters.ts';
import { type PageFacts, pageFacts } from '../../../../src/campaigns/occasions/page.ts';
import { tellFamilies } from '../../../../src/campaigns/occasions/told.ts';
import { transaction } from '../../../../src/db.ts';
import { askToShow } from '../../../../src/pages/occasions/asking.ts';
import { decideOccasion } from '../../../../src/pages/occasions/decide.ts';
import { changeContact } from '../../../../src/pages/occasions/helpline.ts';
import { askKeeper, type Keeper, keeperById, keepersOf } from '../../../../src/pages/occasions/keepers.ts';
import { readOccasion } from '../../../../src/pages/occasions/make.ts';
import { enterCode } from '../../../../src/pages/occasions/proof.ts';
import {
  begunPage,
  familyBox,
  familyLink,
  familyTelephones,
  pass,
  provenKeeper,
} from '../../../support/families.ts';
import { telephone } from '../../../support/occasions.ts';
import { staffMember } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const phones = familyTelephones(ground);
const START = Date.parse('2026-11-21T06:00:00Z');
beforeEach(async () => {
  ground.clock.set(START);
  await ground.sql.query('DELETE FROM rate_limit');
});

const post = (path: string, fields: Record<string, string> = {}) =>
  ask(`${path}?lang=en`, { method: 'POST', body: new URLSearchParams(fields) });
const html = async (path: string) => (await ask(`${path}?lang=en`)).text();
const placeOf = (answer: Response) => String(answer.headers.get('location'));
const DAY = '2026-12-05';

/** A page whose family is reached by a telephone, so many days after it was proven. */
async function familyAfter(
  days: number,
  number = telephone(),
): Promise<{ id: string; keeper: Keeper; number: string }> {
  const { id } = await begunPage(ground);
  const keeper = await provenKeeper(ground, id, number);
  await askToShow(ground, id, { adult: true });
  pass(ground, { days });
  return { id, keeper, number };
}

/** As every message to a family has it: made a moment ago. */
const freshLink = ({ keeper }: { keeper: Keeper }) => familyLink(ground, keeper);

async function codeFor({ number }: { number: string }, link: string): Promise<string> {
  await post(`${link}/code`, { send: 'yes' });
  return phones.code(number);
}

describe('A telephone number that may have gone to somebody else', () => {
  it('opens nothing by a link of today when it was proven more than 90 days ago', async () => {
    const page = await familyAfter(91);
    const link = freshLink(page);
    expect(placeOf(await ask(link))).toBe(`${link}/code`);
    for (const path of ['/gifts.csv', '/edit/words', '/edit/preview'])
      expect(placeOf(await ask(link + path)), path).toContain('/code');
    for (const path of ['/closing', '/removal', '/thanks', '/link'])
      expect(placeOf(await post(link + path, { words: 'x' })), path).toContain('/code');
    const door = await html(`${link}/code`);
    expect(door).toContain('Numbers sometimes go to other people');
    for (const secret of ['Anju', 'Biju', page.number, DAY, 'December'])
      expect(door, secret).not.toContain(secret);
    expect((await readOccasion(ground, page.id)).state).toBe('waiting');
  });

  it('opens by its links without more within 90 days', async () => {
    const page = await familyAfter(89);
    expect((await ask(freshLink(page))).status).toBe(200);
  });

  it('opens to whoever has the code and knows the day, and then for 90 days more', async () => {
    const page = await familyAfter(91);
    const link = freshLink(page);
    const code = await codeFor(page, link);
    const asked = await (await post(`${link}/code`, { code })).text();
    expect(asked).toContain('The day of your page');
    for (const secret of ['Anju', 'Biju']) expect(asked).not.toContain(secret);
    const wrong = await post(`${link}/code`, { code, day: '2026-12-06' });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('That is not the day');
    const opened = placeOf(await post(`${link}/code`, { code, day: DAY }));
    expect(await (await ask(opened)).text()).toContain('Anju &amp; Biju');
    pass(ground, { days: 80 });
    expect((await ask(freshLink(page))).status).toBe(200);
  });

  it('has five wrong days in a month, and then names the helpline, also for the right one', async () => {
    const page = await familyAfter(91);
    const link = freshLink(page);
    let code = await codeFor(page, link);
    const answer = (day: string) => post(`${link}/code`, { code, day });
    for (let n = 1; n <= 5; n++) expect((await answer(`2026-11-0${n}`)).status).toBe(400);
    const said = await answer(DAY);
    expect(said.status).toBe(429);
    expect(await said.text()).toContain('helpline');
    await ground.sql.query('DELETE FROM rate_limit');
    pass(ground, { days: 31 });
    code = await codeFor(page, link);
    expect(placeOf(await answer(DAY))).toContain('/family/');
  });

  it('counts the answers of many who try at once', async () => {
    const page = await familyAfter(91);
    const link = freshLink(page);
    const code = await codeFor(page, link);
    await Promise.all(
      Array.from({ length: 9 }, (_, n) => post(`${link}/code`, { code, day: `2026-10-1${n}` })),
    );
    expect((await post(`${link}/code`, { code, day: DAY })).status).toBe(429);
  });

  it('finds no page of the family before, not even beside one of its own', async () => {
    const page = await familyAfter(200);
    const own = await begunPage(ground, { content: { names: ['Chitra', 'Dev'], day: '2027-08-01' } });
    await provenKeeper(ground, own.id, page.number);
    pass(ground, { seconds: 61 });
    await post('/occasions/lost', { contact: page.number });
    const code = await phones.code(page.number);
    const found = await (await post('/occasions/lost/code', { contact: page.number, code })).text();
    expect(found).toContain('Chitra');
    expect(found).not.toContain('Anju');
    const both = await post('/occasions/lost/code', { contact: page.number, code, day: DAY });
    expect(await both.text()).toContain('Anju');
  });

  it('asks whoever lost the link for the day too', async () => {
    const page = await familyAfter(91);
    await post('/occasions/lost', { contact: page.number });
    const code = await phones.code(page.number);
    const asked = await (await post('/occasions/lost/code', { contact: page.number, code })).text();
    expect(asked).toContain('The day of your page');
    expect(asked).not.toContain('Anju');
    const typed = { contact: page.number, code };
    expect((await post('/occasions/lost/code', { ...typed, day: '2026-01-01' })).status).toBe(422);
    expect(placeOf(await post('/occasions/lost/code', { ...typed, day: DAY }))).toContain('/family/');
  });

  it('gets no more messages once a stranger said that it is theirs; the page stays', async () => {
    const page = await familyAfter(91);
    const link = freshLink(page);
    expect(await (await post(`${link}/not-mine`)).text()).toContain('no more messages');
    expect((await ask(link)).status).toBe(410);
    expect((await ask(freshLink(page))).status).toBe(410);
    expect((await keeperById(ground, page.keeper.id))?.lostAt).not.toBeNull();
    const asked = await askKeeper(ground, {
      ...{ occasionId: page.id, name: 'Biju', channel: 'email', contact: familyBox(), second: true },
    });
    const second = await enterCode(ground, { keeperId: asked.keeperId, typed: asked.code });
    expect(await html(familyLink(ground, second))).toContain('Somebody said that this is not theirs');
    await post('/occasions/lost', { contact: page.number });
    const code = await phones.code(page.number);
    await post('/occasions/lost/code', { contact: page.number, code, day: DAY });
    expect(await keeperById(ground, page.keeper.id)).toMatchObject({ lostAt: null, epoch: 2 });
  });

  it('hears of no names, sums or days: only that there is news, with a link that asks', async () => {
    const page = await familyAfter(91);
    await approved(page.id);
    await tellFamilies(ground);
    const news = await phones.texts(page.number);
    expect(news).toHaveLength(2);
    for (const text of news)
      expect(text).toMatch(/page OC-…: there is news\. https:\/\/wecare\.example\/family\//);
    pass(ground, { days: 30 });
    const { keepers, facts } = await told(page.id);
    for (const what of ['week', 'day', 'after'] as const)
      await transaction(ground.sql, (connection) =>
        tellKeeper(connection, ground, { page: facts, keeper: keepers[0] as Keeper, what }),
      );
    expect(await phones.texts(page.number)).toEqual(news);
  });

  it('is exchanged by the helpline; the new one opens by a code and the day, and the old one nothing', async () => {
    const page = await familyAfter(91);
    const old = freshLink(page);
    const staff = await staffMember(ground, ['approver']);
    const contact = telephone();
    const wish = { occasionId: page.id, keeperId: page.keeper.id, contact };
    await expect(changeContact(ground, { ...wish, contact: '12' }, staff)).rejects.toThrow('cannot reach');
    await expect(changeContact(ground, wish, await staffMember(ground, ['auditor']))).rejects.toMatchObject({
      status: 403,
    });
    const keeper = await changeContact(ground, wish, staff);
    expect(keeper).toMatchObject({ channel: 'sms', contact, epoch: 2, provenAt: null });
    expect((await ask(old)).status).toBe(410);
    const link = familyLink(ground, keeper);
    expect(placeOf(await ask(link))).toContain('/code');
    const code = await codeFor({ number: contact }, link);
    expect(placeOf(await post(`${link}/code`, { code }))).toBe('null');
    const opened = placeOf(await post(`${link}/code`, { code, day: DAY }));
    expect(await (await ask(opened)).text()).toContain('Anju &amp; Biju');
  });
});

async function approved(id: string): Promise<void> {
  const { edition } = await readOccasion(ground, id);
  await decideOccasion(ground, { id, decision: 'approve', edition }, await staffMember(ground, ['approver']));
}

const told = async (id: string) => ({
  keepers: await keepersOf(ground, id),
  facts: (await pageFacts(ground.sql, id)) as PageFacts,
});
