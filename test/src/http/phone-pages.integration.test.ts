import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  connectPhones,
  launchPhoneCampaign,
  openPhones,
  type Phones,
  phonePeople,
  plantPhoneCampaign,
  telephones,
} from '../../support/phones.ts';
import { signedIn } from '../../support/staff.ts';
import { testWeb } from '../../support/web.ts';

const web = testWeb();
let phones: Phones;
let messageId: string;
let run: bigint;
let cookie: string;

beforeAll(async () => {
  phones = await openPhones(web.ground);
  await connectPhones(web.ground, phones, 'sms');
  run = await launchPhoneCampaign(web.ground, {
    network: 'sms',
    list: await phonePeople(web.ground, telephones([7100]), 'sms'),
  });
  const list = await phonePeople(
    web.ground,
    telephones([7101]).map((one) => one.replace('+9198', '+9197')),
    'sms',
  );
  messageId = await plantPhoneCampaign(web.ground, { network: 'sms', list });
  cookie = (await signedIn(web, ['administrator'])).cookie;
});
afterAll(() => phones.close());

it('shows a message to telephones on the pages of campaigns, and its words to whoever approves', async () => {
  const { rows } = await web.ground.sql.query('SELECT campaign_id AS id FROM message WHERE id = $1', [
    messageId,
  ]);
  const ask = (path: string) => web.ask(path, { headers: { cookie } });
  const paths = [
    `/console/campaigns/${rows[0].id}`,
    `/console/messages/${messageId}/plan`,
    `/console/messages/${messageId}/approval`,
  ];
  const more = [
    `/console/messages/${messageId}/versions`,
    '/console/campaigns',
    `/console/runs/${run}`,
    '/console',
  ];
  for (const path of [...paths, ...more]) expect([path, (await ask(path)).status]).toEqual([path, 200]);
  const editor = await ask(`/console/messages/${messageId}`);
  expect([editor.status, editor.headers.get('location')]).toEqual([
    302,
    `/console/messages/${messageId}/plan`,
  ]);
  expect(await (await ask(`/console/messages/${messageId}/approval`)).text()).toContain(
    'Dear {{name}}, thank you. We Care',
  );
});
