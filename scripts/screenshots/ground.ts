import { readFile } from 'node:fs/promises';
import { startWorker } from '../../jobs/worker.ts';
import { createKey } from '../../src/access/api-keys.ts';
import { hashPassword } from '../../src/access/passwords.ts';
import { addUser, findUser } from '../../src/access/users.ts';
import { setPassword } from '../../src/access/welcome.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { createCampaign, scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { createSegment } from '../../src/contacts/segments/segments.ts';
import { transaction } from '../../src/db.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { saveSocialAccount } from '../../src/deliveries/publications/accounts.ts';
import { addEndpoint } from '../../src/deliveries/webhooks/endpoints.ts';
import type { Ground } from '../../src/ground.ts';
import { addAsset } from '../../src/media/add.ts';
import { recordConsent, sayPersons } from '../../src/pages/consents.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { plantNewsletter } from '../demonstration/newsletter.ts';
import { connectPhones, plantPhoneCampaign } from '../demonstration/phones.ts';
import { plantDemonstration } from '../demonstration/plant.ts';
import { openScratch, until } from '../lib/scratch.ts';
import { plantBooks } from './books.ts';
import { plantDesigns } from './designs.ts';
import { plantGift } from './gift.ts';
import { plantOccasions } from './occasions.ts';
import { plantShownProjects } from './projects.ts';

const ACTOR = 'cli:screenshots';
const PICTURE = new URL('../../templates/assets/share.png', import.meta.url);
export const ADMINISTRATOR = { email: 'anitha@kssm.example', password: 'വയൽ river lamp 7 tea' };

/**
 * A database of its own in which something of everything is to be seen: the demonstration was sent, a
 * campaign is on its way, another waits for approval, one comes in some days.
 */
export async function openShown(port: number) {
  const ports = { SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', PORT: String(port) };
  const soon = { DEFER_FIRST_SECONDS: '2', DEFER_GIVE_UP_SECONDS: '4' };
  const scratch = await openScratch({ ...ports, ...soon, PUBLIC_URL: `http://localhost:${port}` });
  const sandbox = await startSandbox(scratch.ground);
  await addAdministrator(scratch.ground);
  await plant(scratch.ground, sandbox);
  const gateway = await plantGift(scratch.ground);
  await plantShownProjects(scratch.ground);
  await plantDesigns(scratch.ground, ADMINISTRATOR.email);
  await plantBooks(scratch.ground, ADMINISTRATOR.email);
  await plantOccasions(scratch.ground);
  await plantConsent(scratch.ground);
  const worker = await startWorker(scratch.ground);
  const finished = () => scratch.ground.db.run.count({ where: { state: 'finished' } });
  await until(async () => (await finished()) > 0, 'the demonstration is sent');
  await plantMore(scratch.ground, sandbox);
  const editions = () => scratch.ground.db.edition.count({ where: { state: 'sent' } });
  await until(async () => (await editions()) > 0, 'an edition is out');
  const running = () => scratch.ground.db.run.count({ where: { state: 'running' } });
  await until(async () => (await running()) > 0, 'a campaign is on its way');
  return {
    ground: scratch.ground,
    async end() {
      await worker.stop();
      await gateway.end();
      await sandbox.close();
      await scratch.end();
    },
  };
}

async function addAdministrator(ground: Ground): Promise<void> {
  const { email, password } = ADMINISTRATOR;
  const { id } = await addUser(
    ground,
    { email, name: 'Anitha S', roles: ['administrator', 'finance'] },
    ACTOR,
  );
  const stored = { userId: id, hash: await hashPassword(password), at: ground.clock.now() };
  await transaction(ground.sql, (connection) => setPassword(connection, stored));
}

async function plant(ground: Ground, sandbox: RunningSandbox): Promise<void> {
  const { dueAt } = await plantDemonstration(ground, { smtpPort: sandbox.smtpPort, seconds: 8 });
  await plantNewsletter(ground, dueAt);
  await connectPhones(ground, sandbox);
  await plantPhoneCampaign(ground, 20);
}

async function plantConsent(ground: Ground): Promise<void> {
  const user = await findUser(ground, ADMINISTRATOR.email);
  const paper = { givenOn: '2026-10-02', paper: 'File SJD/12/2026, page 4' };
  const said = {
    kind: 'guardian',
    who: 'A child of the plan',
    guardian: 'Her aunt',
    covers: ['picture', 'name'],
  };
  const consent = await recordConsent(ground, { ...said, ...paper }, user);
  const asset = await ground.db.asset.findFirst({ where: { kind: 'picture' } });
  if (asset) await sayPersons(ground, { asset: asset.id, persons: true, consents: [consent] }, user);
}

async function plantMore(ground: Ground, sandbox: RunningSandbox): Promise<void> {
  await createSegment(ground, { name: 'Wayanad', rules: { all: [{ district: 'Wayanad' }] } }, ACTOR);
  const user = await findUser(ground, ADMINISTRATOR.email);
  const picture = { name: 'share.png', bytes: await readFile(PICTURE) };
  await addAsset(ground, { ...picture, alt: { en: 'A boat', ml: 'ഒരു വഞ്ചി' } }, user);
  const expiresAt = new Date(ground.clock.now().getTime() + 9 * 86_400_000);
  await createKey(ground, { name: 'Dashboard', scopes: ['campaigns:read'], user, expiresAt }, ACTOR);
  const board = { network: 'hand', mode: 'hand', settings: { kind: 'notice-board' } } as const;
  await saveSocialAccount(ground, user, { ...board, name: 'Notice board' });
  const events = ['delivery.bounced', 'contact.unsubscribed'];
  await addEndpoint(ground, { url: 'https://crm.example/hooks/we-care', events }, ACTOR);
  // So slow that it is still on its way when it is looked at.
  const settings = { host: '127.0.0.1', port: sandbox.smtpPort, verify: false };
  await saveAccount(ground, { name: 'sandbox', domains: ['*', 'kssm.example'], settings, perHour: 4 });
  await campaign(ground, { name: 'Camp in Kollam', minutes: 0.2, approved: true });
  await campaign(ground, { name: 'Disability Day', minutes: 3 * 1440, approved: false });
  await campaign(ground, { name: 'ക്രിസ്മസ് ആശംസകൾ', minutes: 2 * 1440 + 200, approved: true });
}

interface Shown {
  name: string;
  /** Until it is due. */
  minutes: number;
  approved: boolean;
}

async function campaign(ground: Ground, { name, minutes, approved }: Shown): Promise<void> {
  const author = await findUser(ground, 'meera@wecare.example');
  const text = (words: string) => `<mjml><mj-body><mj-section><mj-column><mj-text>${words}</mj-text>
    <mj-text><a href="{{unsubscribe_url}}">-</a></mj-text></mj-column></mj-section></mj-body></mjml>`;
  const contents = {
    en: { subject: name, body: text('A day for everybody.') },
    ml: { subject: name, body: text('എല്ലാവർക്കുമായി ഒരു ദിവസം.') },
  };
  const from = 'We Care <care@kssm.example>';
  const message = {
    name: `${name}: appeal`,
    purpose: 'appeals',
    from,
    lists: ['Friends of We Care'],
    contents,
  };
  const { messageId } = await createCampaign(ground, { name, message }, author);
  const at = new Date(ground.clock.now().getTime() + minutes * 60_000).toLocaleString('sv', {
    timeZone: 'UTC',
  });
  const schedule = { kind: 'once', at, zone: 'UTC' };
  const editor = { actor: author.email, userId: author.id };
  await scheduleMessage(ground, { messageId, editor }, { schedule });
  if (approved)
    await approveMessage(ground, { messageId, user: await findUser(ground, 'jose@wecare.example') });
}
