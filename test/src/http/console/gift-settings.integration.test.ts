import { beforeAll, expect, it } from 'vitest';
import type { Role } from '../../../../src/access/users.ts';
import { saveGatewayAccount } from '../../../../src/giving/accounts.ts';
import { receiptSettings, saveReceiptSettings } from '../../../../src/giving/issuer.ts';
import { formOf, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground } = web;
const post = formOf(web);
const cookies = {} as Record<Role, string>;

beforeAll(async () => {
  for (const role of ['administrator', 'finance', 'auditor'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
});

const page = async (path: string, role: Role = 'administrator') =>
  (await web.ask(`/console/settings${path}`, { headers: { cookie: cookies[role] } })).text();
const ofPage = async (path: string) => (await web.ask(path)).text();

it('writes a page for donors in both languages, after a preview that saves nothing', async () => {
  const at = '/console/settings/site-texts/refunds';
  const typed = { en: 'Ask within a week.\r\n\r\n# How\r\n\r\nBy <post>.', ml: 'ഒരാഴ്ചയ്ക്കകം ചോദിക്കുക.' };
  const looked = await (await post(at, { ...typed, op: 'preview' }, cookies.administrator)).text();
  expect(looked).toContain('Nothing is saved yet.');
  expect(looked).toContain('<h4>How</h4>');
  expect(looked).toContain('<p>By &lt;post&gt;.</p>');
  expect(await ofPage('/refunds')).not.toContain('Ask within a week.');
  expect((await post(at, typed, cookies.administrator)).status).toBe(303);
  expect(await ofPage('/refunds')).toContain('Ask within a week.');
  expect(await ofPage('/refunds?lang=ml')).toContain('ഒരാഴ്ചയ്ക്കകം ചോദിക്കുക.');
  expect(await page('/site-texts')).toContain('your words');
});

it('keeps what was typed when a page is too long, and lets an auditor read only', async () => {
  const at = '/console/settings/site-texts/privacy';
  const answer = await post(at, { en: 'x'.repeat(20_001), ml: 'സ്വകാര്യത' }, cookies.administrator);
  expect(answer.status).toBe(422);
  const html = await answer.text();
  expect(html).toContain('A page has at most 20,000 letters.');
  expect(html).toContain('സ്വകാര്യത</textarea>');
  expect(await page('/site-texts/privacy', 'auditor')).not.toContain('<textarea');
  expect((await post(at, { en: 'x', ml: '' }, cookies.auditor)).status).toBe(403);
  expect(
    (await web.ask('/console/settings/site-texts/no', { headers: { cookie: cookies.auditor } })).status,
  ).toBe(404);
});

it('tells how each gateway account stands, and never its secret', async () => {
  expect(await page('/giving', 'finance')).toContain('No gateway account yet');
  const secrets = { keySecret: 'very-secret-key', webhookSecrets: ['very-secret-hook'] };
  const id = await saveGatewayAccount(
    ground,
    { stream: 'domestic', keyId: 'rzp_test_7', secrets },
    'cli:test',
  );
  const html = await page('/giving', 'finance');
  expect(html).toContain('rzp_test_7');
  expect(html).toContain(`/hooks/gateway/${id}`);
  expect(html).toContain('no FCRA account is set');
  expect(html).not.toContain('very-secret');
});

it('sets what receipts say, by administrators and finance, in both languages or not at all', async () => {
  const wish = { registration: 'Reg. 12/1999', deductionEn: '50 % under section 133', deductionMl: '' };
  const refused = await post('/console/settings/giving', wish, cookies.finance);
  expect(refused.status).toBe(422);
  const html = await refused.text();
  expect(html).toContain('Say it in both languages, or in neither.');
  expect(html).toContain('Reg. 12/1999</textarea>');
  expect(await receiptSettings(ground.sql)).toEqual({ registration: '', deduction: null, approval: null });
  // The approval is set at the machine, and stays.
  const approval = { urn: 'AAATW1234AF20261', issuedOn: '2026-04-02' };
  await saveReceiptSettings(ground, { approval }, 'cli:test');
  const whole = { ...wish, deductionMl: '133-ാം വകുപ്പ് പ്രകാരം 50 %' };
  expect((await post('/console/settings/giving', whole, cookies.finance)).status).toBe(303);
  expect(await receiptSettings(ground.sql)).toEqual({
    registration: 'Reg. 12/1999',
    deduction: { en: '50 % under section 133', ml: '133-ാം വകുപ്പ് പ്രകാരം 50 %' },
    approval: { urn: 'AAATW1234AF20261', issuedOn: '2026-04-02' },
  });
  expect((await post('/console/settings/giving', whole, cookies.auditor)).status).toBe(403);
});

it('leads finance to its own part of the settings', async () => {
  const html = await page('', 'finance');
  expect(html).toContain('/console/settings/giving');
  expect(html).not.toContain('/console/settings/accounts');
});
