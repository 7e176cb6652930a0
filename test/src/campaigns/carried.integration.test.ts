import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addUser } from '../../../src/access/users.ts';
import { createCampaign } from '../../../src/campaigns/campaigns.ts';
import { buildContents } from '../../../src/campaigns/mail.ts';
import { findMessage } from '../../../src/campaigns/messages.ts';
import { sendTrial } from '../../../src/campaigns/trial.ts';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { addAsset } from '../../../src/media/add.ts';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { engineGround } from '../../support/engine.ts';
import { accountAt, numbered, people, plannedRun, runState } from '../../support/people.ts';
import { photograph } from '../../support/pictures.ts';
import { until } from '../../support/until.ts';
import { workers } from '../../support/workers.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-sent-'));
const ground = engineGround({ DATA_DIR: dir, SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0' });
const crew = workers(ground);
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const published = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const report = Buffer.concat([Buffer.from('%PDF-1.4 '), Buffer.alloc(700_000, 'report ')]);
let sandbox: RunningSandbox;
let messageId: string;
let list: string;

beforeAll(async () => {
  sandbox = await startSandbox(ground);
  const dkim = [{ domain: 'kssm.example', selector: 's', privateKey }];
  await accountAt(ground, sandbox.smtpPort, { secrets: { dkim } });
  const user = await addUser(ground, { email: 'a@kssm.example', name: 'A', roles: ['author'] }, 'cli:test');
  const boat = await addAsset(ground, { name: 'വള്ളം.jpg', bytes: await photograph() }, user);
  const paper = await addAsset(ground, { name: 'വാർഷിക റിപ്പോർട്ട്.pdf', bytes: report }, user);
  ({ list } = await people(ground, numbered(5)));
  const blocks = [
    { type: 'picture', src: 'cid:വള്ളം.jpg', alt: 'A boat' },
    { type: 'text', text: 'Dear {{name}}, [stop]({{unsubscribe_url}})' },
  ];
  const body = JSON.stringify({ language: 'en', title: 'Report', blocks });
  const { name } = await ground.db.list.findUniqueOrThrow({ where: { id: list } });
  const plan = {
    ...{ name: 'Report', purpose: 'appeals', from: 'We Care <care@kssm.example>', lists: [name] },
    contents: { en: { subject: 'The report', body } },
    files: { attach: [paper.asset.id], inline: [boat.asset.id] },
  };
  ({ messageId } = await createCampaign(ground, { name: 'Report', message: plan }, user));
  await crew.start();
});
afterAll(async () => {
  await crew.stopAll();
  await sandbox.close();
});

const arrived = async (to: string) => (await sandbox.inbox.find(to))[0]?.source as Buffer;
const partsOf = async (source: Buffer) =>
  (await PostalMime.parse(source)).attachments.map(({ filename, mimeType, related }) => [
    filename,
    mimeType,
    Boolean(related),
  ]);
const PARTS = [
  ['വള്ളം.jpg', 'image/jpeg', true],
  ['വാർഷിക റിപ്പോർട്ട്.pdf', 'application/pdf', false],
];

it('a test mail carries what the message carries', async () => {
  const message = await findMessage(ground.sql, messageId);
  const editor = { actor: 'cli:test', userId: null };
  await sendTrial(ground, message, { to: 'me@office.example', language: 'en', editor });
  await until(() => sandbox.inbox.count().kept > 0, 'the test mail arrives');
  const source = await arrived('me@office.example');
  expect(await partsOf(source)).toEqual(PARTS);
  const { html, attachments } = await PostalMime.parse(source);
  expect(html).toContain(`cid:${attachments[0]?.contentId?.slice(1, -1)}`);
});

it('every mail of a run carries the same signed bytes, also when the library has lost them since', async () => {
  const message = await findMessage(ground.sql, messageId);
  const run = await plannedRun(ground);
  await freezeRun(ground, run, {
    lists: [list],
    fallback: ['en'],
    contents: await buildContents(ground, message),
  });
  await rm(path.join(dir, 'files'), { recursive: true });
  await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished', 25);
  for (const to of numbered(5)) {
    const source = await arrived(to);
    const { results } = await dkimVerify(source, { resolver: async () => [[published]] });
    expect(results.map(({ status }) => status.result)).toEqual(['pass']);
    expect(await partsOf(source)).toEqual(PARTS);
    const paper = (await PostalMime.parse(source)).attachments[1];
    expect(Buffer.from(paper?.content as ArrayBuffer).equals(report)).toBe(true);
  }
});

it('the practice inbox lists the attachments with their size and gives them out for saving only', async () => {
  const [mail] = await sandbox.inbox.find(numbered(1)[0] as string);
  const page = await (await fetch(`${sandbox.url}/${mail?.id}`)).text();
  expect(page).toContain('വാർഷിക റിപ്പോർട്ട്.pdf');
  expect(page).toContain('684 KB');
  const part = await fetch(`${sandbox.url}/${mail?.id}/parts/1`);
  expect(part.headers.get('content-type')).toBe('application/octet-stream');
  expect(part.headers.get('content-disposition')).toMatch(/^attachment; /);
  expect(part.headers.get('x-content-type-options')).toBe('nosniff');
  const html = await (await fetch(`${sandbox.url}/${mail?.id}/html`)).text();
  expect(html).toContain('src="data:image/jpeg;base64,');
});
