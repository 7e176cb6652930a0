import { expect, it } from 'vitest';
import { plantGiftTo } from '../../../../scripts/demonstration/project.ts';
import { accompanyPages } from '../../../../src/campaigns/occasions/accompany.ts';
import { remindYearly } from '../../../../src/campaigns/occasions/reminders.ts';
import { tellFamilies } from '../../../../src/campaigns/occasions/told.ts';
import { stepFamily } from '../../../../src/pages/occasions/family.ts';
import { giftOf, openTill, paidGift } from '../../../support/giving.ts';
import { testGround } from '../../../support/ground.ts';
import { mailbox, newPage, takeLetters } from '../../../support/occasions.ts';
import { testStandIn } from '../../../support/stand-in.ts';

const ground = testGround({ PUBLIC_URL: 'https://care.example' });
const till = testStandIn();
const at = (day: string, time = '10:00') => ground.clock.set(`${day}T${time}:00+05:30`);
const accompanied = async () => {
  await Promise.all([accompanyPages(ground), accompanyPages(ground)]);
  return takeLetters(ground);
};
const subjects = async () => (await accompanied()).map(({ address, subject }) => [address, subject]);

it('writes a week before, on the day and after it, each once, and wakes nobody', async () => {
  const contact = mailbox();
  at('2026-11-01');
  const id = await newPage(ground, { contact, content: { day: '2026-11-20', language: 'en' } });
  await tellFamilies(ground);
  await takeLetters(ground);
  at('2026-11-12');
  expect(await accompanied()).toEqual([]);
  at('2026-11-13', '07:30');
  expect(await accompanied()).toEqual([]);
  at('2026-11-13', '08:00');
  expect(await subjects()).toEqual([[contact, 'A week is left: Anju & Biju']]);
  expect(await accompanied()).toEqual([]);
  await plantGiftTo(ground, { project: null, occasion: id, amount: 125_000n, name: 'Lissy' });
  at('2026-11-20');
  const [day] = await accompanied();
  expect(day?.subject).toBe('Today is the day: Anju & Biju');
  expect(day?.text).toContain('One gift, ₹1,250');
  at('2026-11-21');
  const [after, ...more] = await accompanied();
  expect(more).toEqual([]);
  expect(after?.subject).toBe('Thank you: Anju & Biju');
  expect(after?.text).toContain('https://care.example/family/');
});

it('remembers with a family, and celebrates nothing', async () => {
  at('2026-11-01');
  const kind = 'death-anniversary';
  for (const language of ['en', 'ml'] as const)
    await newPage(ground, { kind, content: { names: ['Mary'], day: '2026-11-20', language } });
  await tellFamilies(ground);
  await takeLetters(ground);
  const texts: string[] = [];
  for (const day of ['2026-11-13', '2026-11-20', '2026-11-21']) {
    at(day);
    texts.push(...(await accompanied()).map(({ subject, text }) => `${subject}\n${text}`));
  }
  expect(texts).toHaveLength(6);
  expect(texts.join('\n')).toMatch(/We remember with you today/);
  expect(texts.join('\n')).not.toMatch(/celebrat|congratul|good day|appreciat|ആഘോഷ|ആശംസ/i);
});

it('tells who gave what it became, each mailbox once, with the sum only where the family shows it', async () => {
  at('2026-11-01');
  await openTill(ground, till.url());
  const page = (progress: boolean) =>
    newPage(ground, { content: { day: '2026-11-10', language: 'en', progress } });
  const [shows, hides] = [await page(true), await page(false)];
  const give = (id: string, email: string, receipt = true) => {
    const { donor } = giftOf(50_000n);
    const consents = receipt ? [{ use: 'receipt' as const, words: 'By mail' }] : [];
    return paidGift(ground, till, {
      occasion: { id, showAmount: false },
      donor: { ...donor, email },
      consents,
    });
  };
  await give(shows, 'twice@donors.example');
  await give(shows, 'twice@donors.example');
  await give(shows, 'quiet@donors.example', false);
  await give(hides, 'hidden@donors.example');
  await takeLetters(ground, '%');
  at('2026-11-11');
  await accompanied();
  await stepFamily(ground, { occasionId: shows, step: 'close', words: 'Bless you.' });
  const letters = await accompanied();
  expect(letters).toMatchObject([{ kind: 'occasion-became', address: 'twice@donors.example' }]);
  expect(letters[0]?.text).toMatch(/₹1,500 by 3 gifts/);
  expect(letters[0]?.text).toContain('“Bless you.”');
  at('2026-11-17');
  const [other, ...more] = await accompanied();
  expect(more).toEqual([]);
  expect(other).toMatchObject({ address: 'hidden@donors.example' });
  expect(other?.text).not.toMatch(/₹/);
});

it('asks for next year’s date where it was wished, once a year, and opens no door', async () => {
  at('2025-11-01');
  const contact = mailbox();
  const day = '2025-11-20';
  await newPage(ground, { kind: 'birthday', contact, remind: true, content: { names: ['Aami'], day } });
  await newPage(ground, { kind: 'birthday', content: { names: ['Unasked'], day } });
  await newPage(ground, { kind: 'wedding', remind: true, content: { day } });
  await takeLetters(ground);
  at('2026-10-05');
  expect(await remindYearly(ground)).toBe(0);
  at('2026-10-07');
  expect((await Promise.all([remindYearly(ground), remindYearly(ground)])).reduce((a, b) => a + b)).toBe(1);
  const [letter, ...more] = await takeLetters(ground, 'occasion-news');
  expect(more).toEqual([]);
  expect(letter).toMatchObject({
    address: contact,
    subject: 'Shall we remember the day again next year? Aami',
  });
  expect(letter?.text).toContain('https://care.example/occasions');
  expect(letter?.text).not.toContain('/family/');
  at('2026-12-07');
  expect(await remindYearly(ground)).toBe(0);
});
