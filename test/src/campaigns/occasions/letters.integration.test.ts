import { describe, expect, it } from 'vitest';
import { mailFamilyLink, sendOccasionCode } from '../../../../src/campaigns/occasions/codes.ts';
import { tellAnswers, tellFamilies, tellThanked } from '../../../../src/campaigns/occasions/told.ts';
import { decideOccasion } from '../../../../src/pages/occasions/decide.ts';
import { openFamilyDoor, stepFamily } from '../../../../src/pages/occasions/family.ts';
import { thankGifts } from '../../../../src/pages/occasions/gifts.ts';
import { askKeeper, keepersOf } from '../../../../src/pages/occasions/keepers.ts';
import { readOccasion } from '../../../../src/pages/occasions/make.ts';
import { drawCodeAgain, enterCode } from '../../../../src/pages/occasions/proof.ts';
import { answerReport, reportOccasion } from '../../../../src/pages/occasions/reports.ts';
import { engineGround } from '../../../support/engine.ts';
import { giftOf, openTill, paidGift } from '../../../support/giving.ts';
import { mailbox, newPage, takeLetters, telephone, testTelephones } from '../../../support/occasions.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { people } from '../support.ts';

const ground = engineGround({ PUBLIC_URL: 'https://care.example' });
const staff = people(ground);
const telephones = testTelephones(ground);
const till = testStandIn();
const tokenIn = (text: string) => /https:\/\/care\.example\/family\/([\w-]+)/.exec(text)?.[1] ?? '';
const told = async () => {
  await Promise.all([tellFamilies(ground), tellFamilies(ground)]);
  return takeLetters(ground);
};

describe('a family with a mailbox', () => {
  it('gets its code at once, in the language of its page', async () => {
    const contact = mailbox();
    const id = await newPage(ground, { until: 'draft', contact, content: { language: 'ml' } });
    const [keeper] = await keepersOf(ground, id);
    ground.clock.set('2026-11-21T07:00:00Z');
    const code = await drawCodeAgain(ground, keeper?.id as string);
    await sendOccasionCode(ground, code);
    const [letter, ...more] = await takeLetters(ground, 'occasion-code');
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ address: contact, language: 'ml', channel: 'email' });
    expect(letter?.text.replace(/\s/g, '')).toContain(code.code);
  });

  it('is told each step once, with a link that opens its page, until it removes it', async () => {
    await told();
    const contact = mailbox();
    const id = await newPage(ground, { contact, until: 'asked' });
    const [verified] = await told();
    expect(verified).toMatchObject({ address: contact, subject: 'Your contact is verified: Anju & Biju' });
    expect(await openFamilyDoor(ground, tokenIn(verified?.text ?? ''))).toMatchObject({ opens: true });

    const { edition } = await readOccasion(ground, id);
    await decideOccasion(
      ground,
      { id, decision: 'return', words: 'Leave the <b>number</b> out.', edition },
      staff.approver,
    );
    const [returned, ...more] = await told();
    expect(more).toEqual([]);
    expect(returned?.subject).toBe('Please change something: Anju & Biju');
    expect(returned?.text).toContain('“Leave the <b>number</b> out.”');

    await ground.sql.query(`UPDATE occasion SET state = 'waiting', asked_edition = edition WHERE id = $1`, [
      id,
    ]);
    await decideOccasion(ground, { id, decision: 'approve', edition }, staff.approver);
    expect(await told()).toMatchObject([{ subject: 'Guests can see the page: Anju & Biju' }]);

    await stepFamily(ground, { occasionId: id, step: 'remove' });
    const [gone] = await told();
    expect(gone?.subject).toMatch(/^The page was removed: OC-/);
    expect(gone?.text).not.toMatch(/Anju & Biju|\/family\//);
    expect(await told()).toEqual([]);
  });

  it('hears of a second keeper, who gets a link of their own', async () => {
    const [first, second] = [mailbox(), mailbox()];
    const id = await newPage(ground, { contact: first });
    await told();
    const wish = { name: 'Biju', channel: 'email', contact: second } as const;
    const { keeperId, code } = await askKeeper(ground, { occasionId: id, second: true, ...wish });
    expect(await told()).toEqual([]);
    await enterCode(ground, { keeperId, typed: code });
    // Two mails to two people, written in one moment: neither is the first.
    expect(Object.fromEntries((await told()).map(({ address, subject }) => [address, subject]))).toEqual({
      [second]: 'Your contact is verified: Anju & Biju',
      [first]: 'A second person looks after the page: Anju & Biju',
    });
  });

  it('is not told that a refused page is looked at once more', async () => {
    const id = await newPage(ground, { until: 'asked' });
    const { edition } = await readOccasion(ground, id);
    await decideOccasion(ground, { id, decision: 'refuse', words: 'No family.', edition }, staff.chief);
    expect(await told()).toHaveLength(2);
    await decideOccasion(ground, { id, decision: 'restore', edition }, staff.chief);
    expect(await told()).toEqual([]);
  });
});

describe('a family with a telephone only', () => {
  it('is told kindly what else it can do while no SMS can go, and nothing stops', async () => {
    const id = await newPage(ground, { contact: telephone(), until: 'draft' });
    ground.clock.set('2026-11-21T08:00:00Z');
    const [keeper] = await keepersOf(ground, id);
    const code = await drawCodeAgain(ground, keeper?.id as string);
    await expect(sendOccasionCode(ground, code)).rejects.toMatchObject({ status: 503 });
    await expect(sendOccasionCode(ground, code)).rejects.toThrow('Give an e-mail address instead');
    expect(await told()).toEqual([]);
    const { rowCount } = await ground.sql.query(
      `SELECT FROM outbox WHERE event = 'occasion.happened' AND handled_at IS NULL`,
    );
    expect(rowCount).toBe(0);
  });

  it('gets code, link and news on its telephone, as registered', async () => {
    await telephones.connect();
    const contact = telephone();
    const page = { kind: 'death-anniversary', content: { names: ['മേരി'], language: 'ml' as const } };
    const id = await newPage(ground, { ...page, contact });
    const [keeper] = await keepersOf(ground, id);
    ground.clock.set('2026-11-21T09:00:00Z');
    const code = await drawCodeAgain(ground, keeper?.id as string);
    await sendOccasionCode(ground, code);
    if (keeper) await mailFamilyLink(ground, keeper);
    await tellFamilies(ground);
    const { number } = await readOccasion(ground, id);
    const texts = (await telephones.arrived())
      .filter(({ to }) => `+${to}` === contact)
      .map(({ text }) => text);
    expect(texts).toHaveLength(4);
    expect(texts[0]).toContain(`കോഡ് ${code.code}.`);
    expect(await openFamilyDoor(ground, tokenIn(texts[1] ?? ''))).toMatchObject({ opens: true });
    expect(texts[2]).toContain(`${number}: പേജിന്റെ ലിങ്ക് സൂക്ഷിക്കുക. https://care.example/family/`);
    expect(texts[3]).toContain(`${number}: ഇനി അതിഥികൾക്കു കാണാം.`);
    const { rows } = await ground.sql.query("SELECT DISTINCT state::text FROM notice WHERE channel = 'sms'");
    expect(rows).toEqual([{ state: 'sent' }]);
  });
});

describe('whoever reports a page', () => {
  const report = async (contact: string) => {
    const id = await newPage(ground);
    const wish = { kind: 'report', reason: 'wrong', words: 'The year is wrong.', name: 'Lissy', contact };
    const reportId = await reportOccasion(ground, id, wish);
    await told();
    await answerReport(
      ground,
      { id: reportId, outcome: 'changed', answer: 'The year is right now.' },
      staff.author,
    );
    await tellAnswers(ground);
    return { id, letters: await takeLetters(ground, 'occasion-answer') };
  };

  it('reads the answer where they are reached: a mailbox, or a telephone', async () => {
    const { letters } = await report('Lissy@Guests.example');
    expect(letters).toMatchObject([{ address: 'lissy@guests.example', channel: 'email' }]);
    expect(letters[0]?.text).toContain('“The year is right now.”');
    const phone = await report('98470 55667');
    expect(phone.letters).toMatchObject([{ address: '+919847055667', channel: 'sms' }]);
    const { number } = await readOccasion(ground, phone.id);
    expect(phone.letters[0]?.text).toContain(`page ${number} that you wrote about: it was changed.`);
  });

  it('is not looked for where they left nothing that reaches them', async () => {
    expect((await report('')).letters).toEqual([]);
    expect((await report('the blue house')).letters).toEqual([]);
  });
});

it('hands the family’s thanks to who gave, once, and tells the family nothing of them', async () => {
  await openTill(ground, till.url());
  const id = await newPage(ground);
  const give = (email: string | null) => {
    const wish = giftOf(50_000n);
    return paidGift(ground, till, {
      occasion: { id, showAmount: true },
      donor: { ...wish.donor, email },
    });
  };
  await give('giver@donors.example');
  await give(null);
  expect(await thankGifts(ground, { occasionId: id, words: 'You were {{name}} with us.' })).toBe(2);
  await Promise.all([tellThanked(ground), tellThanked(ground)]);
  const letters = await takeLetters(ground, 'occasion-thanked');
  expect(letters).toMatchObject([{ address: 'giver@donors.example' }]);
  expect(letters[0]?.text).toContain('“You were {{name}} with us.”');
  expect(await thankGifts(ground, { occasionId: id, words: 'Again' })).toBe(0);
});
