import { expect, it } from 'vitest';
import { forgetGuests } from '../../../../src/campaigns/occasions/forget.ts';
import { addressesIn, inviteGuests } from '../../../../src/campaigns/occasions/guests.ts';
import { setConsent } from '../../../../src/contacts/consent.ts';
import { suppress } from '../../../../src/contacts/suppression.ts';
import { guestsOf } from '../../../../src/pages/occasions/guests.ts';
import { readOccasion } from '../../../../src/pages/occasions/make.ts';
import { newPage, takeLetters } from '../../../support/occasions.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb({ PUBLIC_URL: 'https://care.example' });
const { ground } = web;
const invite = (occasionId: string, addresses: string) =>
  inviteGuests(ground, { occasionId, addresses, user: 'family' });
const invitations = () => takeLetters(ground, 'occasion-invitation');

it('reads addresses as people paste them', () => {
  expect(
    addressesIn(
      'Lissy <Lissy@Guests.example>, a@b.example;c@d.example e@f.example\nno address\n\na@B.example',
    ),
  ).toEqual({
    good: ['lissy@guests.example', 'a@b.example', 'c@d.example', 'e@f.example'],
    bad: ['no address'],
  });
});

it('invites each address once for an occasion, under the purpose of invitations', async () => {
  const id = await newPage(ground, { content: { from: 'Anju’s parents', visibility: 'guests' } });
  expect(await invite(id, 'one@guests.example\nOne@guests.example, two@guests.example')).toEqual({
    ...{ sent: 2, known: 0, bad: [] },
  });
  const [letter] = await invitations();
  const { code, guestCode } = await readOccasion(ground, id);
  expect(letter).toMatchObject({ address: 'one@guests.example', subject: 'You are invited: Anju & Biju' });
  expect(letter?.text).toContain(`https://care.example/o/${code}?lang=en`);
  expect(letter?.text).toContain(guestCode);
  expect(letter?.leave_url).toMatch(/^https:\/\/care\.example\/invitations\/[\w-]{39}$/);
  const again = await Promise.all([invite(id, 'two@guests.example'), invite(id, 'three@guests.example')]);
  expect(again.map(({ sent, known }) => [sent, known])).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(again[1]?.bad).toEqual([]);
});

it('sends nothing to who must not be written to, and does not tell the family why', async () => {
  const id = await newPage(ground);
  await suppress(ground.sql, {
    channel: 'email',
    value: 'dead@guests.example',
    reason: 'hardbounce',
    source: 'test',
  });
  const contact = await ground.db.contact.create({ data: { name: 'Withdrawn', language: 'en' } });
  await ground.db.address.create({
    data: { contactId: contact.id, channel: 'email', value: 'no@guests.example' },
  });
  const consent = { contactId: contact.id, channel: 'email', purpose: 'invitation', basis: 'letter' };
  await setConsent(ground.sql, { ...consent, given: false });
  await takeLetters(ground, '%');
  expect(await invite(id, 'dead@guests.example, no@guests.example')).toEqual({ sent: 0, known: 2, bad: [] });
  expect(await invitations()).toEqual([]);
  expect(await guestsOf(ground.sql, id)).toEqual({ unwanted: 2 });
});

it('lets a guest end invitations for good, by a page or the button of a mail program', async () => {
  const [one, other] = [await newPage(ground), await newPage(ground)];
  await invite(one, 'leaver@guests.example');
  const [letter] = await invitations();
  const path = new URL(letter?.leave_url ?? '').pathname;
  const page = await web.ask(path);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('No more invitations of families?');
  expect(await invite(other, 'leaver@guests.example')).toMatchObject({ sent: 1 });
  await invitations();
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://mail.example' };
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect((await web.ask(path, { method: 'POST', headers, body })).status).toBe(200);
  const third = await newPage(ground);
  expect(await invite(third, 'leaver@guests.example')).toMatchObject({ sent: 0, known: 1 });
  expect((await web.ask('/invitations/forged')).status).toBe(404);
});

it('forgets an address when its mail has ended, and still invites nobody twice', async () => {
  const id = await newPage(ground);
  await invite(id, 'arrived@guests.example, lost@guests.example, waits@guests.example');
  await ground.sql.query(
    `UPDATE notice SET state = CASE address WHEN 'lost@guests.example' THEN 'failed' ELSE 'sent' END::notice_state, ended_at = now()
      WHERE address IN ('arrived@guests.example', 'lost@guests.example')`,
  );
  expect(await forgetGuests(ground)).toBe(2);
  const { rows } = await ground.sql.query(`SELECT address FROM notice WHERE kind = 'occasion-invitation'`);
  expect(rows).toEqual([{ address: 'waits@guests.example' }]);
  expect(await guestsOf(ground.sql, id)).toEqual({ sent: 1, failed: 1, waiting: 1 });
  expect(await invite(id, 'arrived@guests.example')).toMatchObject({ sent: 0, known: 1 });
});

it('invites nobody to a page that guests do not see, and not a whole town', async () => {
  const asked = await newPage(ground, { until: 'asked' });
  await expect(invite(asked, 'a@guests.example')).rejects.toMatchObject({ status: 409 });
  const many = Array.from({ length: 101 }, (_, n) => `g${n}@guests.example`).join('\n');
  await expect(invite(await newPage(ground), many)).rejects.toThrow('Invite 100 guests at a time');
});
