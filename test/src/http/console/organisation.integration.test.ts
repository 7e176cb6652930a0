import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { USUAL } from '../../../../src/access/organisation.ts';
import { buildMail } from '../../../../src/campaigns/mail.ts';
import { mailReset } from '../../../../src/campaigns/staff-letters.ts';
import { campaignStatus } from '../../../../src/campaigns/status.ts';
import { deliverNotice } from '../../../../src/deliveries/notices.ts';
import { registerWorker } from '../../../../src/deliveries/workers.ts';
import { saveBrand } from '../../../../src/media/brand.ts';
import { accountAt } from '../../../support/people.ts';
import { picture, seeThrough } from '../../../support/pictures.ts';
import { openRude, type Rude } from '../../../support/rude.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { until } from '../../../support/until.ts';
import { testWeb } from '../../../support/web.ts';
import { newCampaign, people } from '../../campaigns/support.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-brand-'));
const web = testWeb({ DATA_DIR: dir });
const { ground } = web;
const staff = people(ground);
let receiver: Rude;
let cookie = '';

beforeAll(async () => {
  receiver = await openRude();
  await accountAt(ground, receiver.port);
  cookie = (await signedIn(web, ['administrator'])).cookie;
});
afterAll(async () => {
  await receiver.close();
  await rm(dir, { recursive: true, force: true });
});

const SAID = {
  ...{ nameEn: 'Mission of Kollam', nameMl: 'കൊല്ലം മിഷൻ', footerEn: 'Registered as 12/1998' },
  ...{ addressEn: 'Old Road 5\nKollam 691 001', addressMl: 'പഴയ റോഡ് 5\nകൊല്ലം 691 001' },
  ...{ helpAddress: 'ask@kollam.example', phone: '+91 474 123 456', accent: '#7A1F5C' },
};

function post(fields: Record<string, string>, file?: [name: string, bytes: Buffer]) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  if (file) body.set('file', new File([new Uint8Array(file[1])], file[0]));
  return web.ask('/console/settings/organisation', { method: 'POST', headers: { ...OWN, cookie }, body });
}
const page = async (address: string, headers: Record<string, string> = {}) =>
  (await web.ask(address, { headers })).text();

it('says beside each field what will not do, and keeps nothing of it', async () => {
  const wrong = { ...SAID, nameMl: '', phone: 'call us', accent: '#f5c000', addressEn: '{{name}} Road' };
  const answer = await post(wrong);
  const html = await answer.text();
  expect(answer.status).toBe(422);
  for (const words of ['Write the name', 'digits, spaces', 'The nearest that can is #', 'Take out {{'])
    expect(html).toContain(words);
  expect(html).toMatch(/id="accent"[^>]*value="#f5c000"[^>]*aria-invalid="true"/);
  expect((await post({ ...SAID, accent: 'green' })).status).toBe(422);
  const program = await post(SAID, ['logo.png', Buffer.from('<svg onload="x()"/>')]);
  expect([program.status, await program.text()]).toEqual([
    422,
    expect.stringContaining('value="Mission of Kollam"'),
  ]);
  const nowhere = await post({ ...SAID, logo: 'no-picture' });
  expect([nowhere.status, await nowhere.text()]).toEqual([
    422,
    expect.stringContaining('no picture of the media'),
  ]);
  expect(await page('/subscribe')).not.toContain('Kollam');
});

it('shows on public pages and in the console at once who we are, with logo and colour', async () => {
  expect((await post(SAID, ['logo.png', await seeThrough()])).status).toBe(303);
  const html = await page('/subscribe?lang=en');
  for (const words of [
    '<small>Mission of Kollam</small>',
    'Old Road 5<br>Kollam 691 001',
    'Registered as 12/1998',
    'tel:+91474123456',
    'mailto:ask@kollam.example',
  ])
    expect(html).toContain(words);
  expect(await page('/n?lang=ml')).toContain('കൊല്ലം മിഷൻ');
  const [, logo = ''] = /<img class="logo" src="([^"]+)"/.exec(html) ?? [];
  expect((await web.ask(logo)).headers.get('content-type')).toBe('image/png');
  const [, css = ''] = /href="(\/brand-[^"]+)"/.exec(html) ?? [];
  const sheet = await web.ask(css);
  expect(sheet.headers.get('content-type')).toContain('text/css');
  expect(await sheet.text()).toContain('--accent: #7a1f5c');
  expect((await web.ask('/brand-000000000000.css')).status).toBe(404);
  const desk = await page('/console', { cookie });
  expect(desk).toContain('<small>Mission of Kollam</small>');
  expect(desk).toContain(css);
  expect(desk).toContain(logo);
  // Not indented as the template is, or each saving would move it further.
  expect(await page('/console/settings/organisation', { cookie })).toContain(
    '>Old Road 5\nKollam 691 001</textarea>',
  );
});

it('keeps in the library the logo that mails show', async () => {
  const { rows } = await ground.sql.query(
    "SELECT subject_type FROM asset_use WHERE subject_type = 'organisation'",
  );
  expect(rows).toHaveLength(1);
  expect((await post(SAID, ['new.png', await picture(300, 300).png().toBuffer()])).status).toBe(303);
  const after = await ground.sql.query("SELECT 1 FROM asset_use WHERE subject_type = 'organisation'");
  expect(after.rows).toHaveLength(2);
});

it('stands below a letter to staff that really leaves', async () => {
  const sender = await registerWorker(ground);
  const notice = await mailReset(ground, { email: 'asha@kssm.example', language: 'ml', token: 'x' });
  await deliverNotice(ground, notice, sender);
  await sender.leave();
  const { html = '', text = '' } = await PostalMime.parse(receiver.accepted[0]?.body ?? '');
  for (const part of [html, text])
    for (const words of ['കൊല്ലം മിഷൻ', 'പഴയ റോഡ് 5', 'ask@kollam.example']) expect(part).toContain(words);
  expect(html).toMatch(/<img src="http:[^"]+\/m\/[0-9a-f]{64}-\d+\.(png|jpg)"/);
  expect(html).toContain('#7a1f5c');
  expect(html + text).not.toMatch(/\{\{|#0b5d4e/);
});

it('stands below a mail of a campaign, whether its author left a place for it or not', async () => {
  const body =
    '<mjml><mj-body><mj-section><mj-column><mj-text>Hello {{organisation}}</mj-text></mj-column></mj-section></mj-body></mjml>';
  const bare = body.replace(' {{organisation}}', '');
  for (const written of [body, bare]) {
    const contents = { en: { subject: 'Hello', body: written } };
    const { campaignId } = await newCampaign(ground, staff.author, { contents });
    const [message] = (await campaignStatus(ground, campaignId)).messages;
    if (!message) throw new Error('no message');
    const mail = await buildMail(ground, message, message.version, 'en');
    expect(mail.html.split('Old Road 5')).toHaveLength(2);
    expect(mail.text.split('Kollam 691 001')).toHaveLength(2);
    expect(mail.html.trimEnd()).toMatch(/<\/html>$/);
  }
});

it('is shown by a process that did not take the change within seconds', async () => {
  await saveBrand(ground, { ...USUAL, name: { en: 'Elsewhere', ml: 'മറ്റൊരിടം' } }, 'cli:test');
  await until(async () => (await page('/subscribe?lang=en')).includes('Elsewhere'), 'the name is shown', 10);
});
