import { beforeAll, expect, it } from 'vitest';
import { currentHold } from '../../../../src/deliveries/holds.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { newCampaign, people } from '../../campaigns/support.ts';

const web = testWeb();
const staff = people(web.ground);
let headers: Record<string, string>;
const form = (fields: Record<string, string>) => ({
  ...{ method: 'POST', headers: { ...OWN, ...headers } },
  body: new URLSearchParams(fields),
});

beforeAll(async () => {
  headers = { cookie: (await signedIn(web, ['author'])).cookie };
});

it('is on every page for those who may, and not for an auditor', async () => {
  const auditor = await signedIn(web, ['auditor']);
  const pages = [headers, { cookie: auditor.cookie }].map(async (as) =>
    (await web.ask('/console/components', { headers: as })).text(),
  );
  const [author, other] = await Promise.all(pages);
  expect(author).toContain('href="/console/hold?back=%2Fconsole%2Fcomponents"');
  expect(other).not.toContain('/console/hold');
});

it('asks for a reason, keeping what was typed', async () => {
  const answer = await web.ask('/console/hold', form({ reason: ' ', until: '2099-01-01T10:00' }));
  expect(answer.status).toBe(422);
  expect(await answer.text()).toMatch(/value="2099-01-01T10:00"[\s\S]*/);
  expect(await currentHold(web.ground.sql)).toBeNull();
});

it('refuses an end before its beginning with a sentence', async () => {
  const answer = await web.ask(
    '/console/hold',
    form({ reason: 'Mourning', from: '2099-01-02T10:00', until: '2099-01-01T10:00' }),
  );
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain('cannot end before it begins');
});

it('holds until a time of the writer’s zone, says so in both languages on every page, and is lifted', async () => {
  const typed = { reason: 'State mourning', until: '2099-01-01T10:00', back: '/console/components?x=1' };
  const answer = await web.ask('/console/hold', form(typed));
  expect(answer.headers.get('location')).toBe('/console/components?x=1&done=held');
  expect(await currentHold(web.ground.sql)).toMatchObject({
    reason: 'State mourning',
    until: new Date('2099-01-01T04:30:00Z'),
  });
  const page = await (await web.ask('/console/components?done=held', { headers })).text();
  expect(page).toContain('Nothing goes out until 1 January 2099, 10:00 am IST.');
  expect(page).toContain('<span lang="ml">2099 ജനുവരി 1');
  expect(page).toContain('Everything is held.');
  expect(page).toContain('href="/console/hold/lift?back=%2Fconsole%2Fcomponents"');
  const asked = await (await web.ask('/console/hold/lift?back=//evil.example', { headers })).text();
  expect(asked).toContain('Let everything go on?');
  expect(asked).toContain('State mourning');
  expect(asked).toContain('Nothing waits now.');
  expect(asked).toContain('name="back" value="/console"');
  expect(asked).not.toContain('href="//evil.example');
  await web.ask('/console/hold/lift', form({ back: '//evil.example' }));
  expect(await currentHold(web.ground.sql)).toBeNull();
});

it('names what goes on at once before it is lifted, and takes back one that is still to begin', async () => {
  const { messageId } = await newCampaign(web.ground, staff.author);
  await web.ground.db.run.create({
    data: {
      ...{ messageId, version: 1, purpose: 'appeals', senderDomain: 'kssm.example', state: 'running' },
      ...{ dueAt: new Date(), total: 40 },
    },
  });
  await web.ask('/console/hold', form({ reason: 'Flood', from: '2099-01-01T10:00' }));
  const hold = await (await web.ask('/console/hold', { headers })).text();
  expect(hold).toContain('href="/console/hold/lift"');
  const asked = await (await web.ask('/console/hold/lift', { headers })).text();
  expect(asked).toContain('Flood');
  expect(asked).toContain('40 mails are left');
  await web.ask('/console/hold/lift', form({}));
  expect(await (await web.ask('/console/hold/lift', { headers })).text()).toContain(
    'Nothing is held by anybody',
  );
});

it('leads nowhere outside', async () => {
  const { headers: answered } = await web.ask('/console/hold/lift', form({ back: '//evil.example' }));
  expect(answered.get('location')).toBe('/console?done=lifted');
});

it('says what to run when the database was restored, in both languages, and offers no lifting', async () => {
  await web.ground.db.hold.create({ data: { reason: 'older', fromAt: new Date(0), madeBy: 'engine' } });
  const page = await (await web.ask('/console/components?lang=ml', { headers })).text();
  expect(page).toContain('<span lang="en">Nothing goes out, not even receipts and codes');
  expect(page).toMatch(/ബാക്കപ്പിൽനിന്നു[^<]*: wecare restored</);
  expect(page).not.toContain('/console/hold/lift');
});
