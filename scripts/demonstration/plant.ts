import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addUser } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { createCampaign, scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { setConsent } from '../../src/contacts/consent.ts';
import { type ImportResult, importContacts } from '../../src/contacts/import.ts';
import { suppress } from '../../src/contacts/suppression.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import type { Ground } from '../../src/ground.ts';
import { wallClock, ZONE } from './clock.ts';

/** Name of the account that leads there. */
export const SANDBOX = 'sandbox';
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const template = (language: string) =>
  readFile(here(`../../templates/email/appeal.${language}.mjml`), 'utf8');

export interface Planted {
  campaignId: string;
  imported: ImportResult;
  /** Rows that were not taken, with the reason in the last column. */
  rejectsFile: string;
  dueAt: Date;
}

/**
 * The main job in small: people from a CSV, two of whom must not be written to, a bilingual appeal,
 * scheduled so many seconds ahead and approved by a second person. Mail goes to the sandbox.
 */
export async function plantDemonstration(
  ground: Ground,
  at: { smtpPort: number; seconds: number },
): Promise<Planted> {
  const rejectsFile = path.join(tmpdir(), `we-care-demonstration-${process.pid}-rejects.csv`);
  const imported = await importContacts(ground, {
    ...{ file: here('contacts.csv'), lists: ['Friends of We Care'], purpose: 'appeals', rejectsFile },
    ...{ basis: 'demonstration: paper forms of a fair that never was', actor: 'demonstration' },
  });
  await exceptTwo(ground);
  await leadToSandbox(ground, at);
  const { campaignId, dueAt } = await plantCampaign(ground, at.seconds);
  return { campaignId, imported, rejectsFile, dueAt };
}

/** Mail of every sender goes to the sandbox. */
export async function leadToSandbox(ground: Ground, { smtpPort }: { smtpPort: number }): Promise<void> {
  await saveAccount(ground, {
    ...{ name: SANDBOX, domains: ['*'] },
    settings: { host: '127.0.0.1', port: smtpPort, security: 'starttls', verify: false },
  });
}

async function exceptTwo({ sql }: Ground): Promise<void> {
  await suppress(sql, {
    channel: 'email',
    value: 'leela@suppressed.example',
    reason: 'complaint',
    source: 'demonstration',
  });
  const { rows } = await sql.query("SELECT contact_id FROM address WHERE value = 'gopan@withdrawn.example'");
  const change = { contactId: rows[0].contact_id, channel: 'email', purpose: 'appeals' };
  await setConsent(sql, { ...change, given: false, basis: 'said so on the telephone' });
}

async function plantCampaign(ground: Ground, seconds: number): Promise<{ campaignId: string; dueAt: Date }> {
  const author = await addUser(
    ground,
    { email: 'meera@wecare.example', name: 'Meera', roles: ['author'] },
    'demonstration',
  );
  const approver = await addUser(
    ground,
    { email: 'jose@wecare.example', name: 'Jose', roles: ['approver'] },
    'demonstration',
  );
  const plan = {
    ...{ name: 'Care that comes home', purpose: 'appeals', from: 'We Care · വി കെയർ <care@kssm.example>' },
    lists: ['Friends of We Care'],
    contents: {
      en: {
        subject: '{{#if first_name}}{{first_name}}, care{{else}}Care{{/if}} that comes home',
        preheader: 'A nurse at the door, medicine that does not run out. Your gift pays for the next visit.',
        body: await template('en'),
      },
      ml: {
        subject: '{{default first_name "സുഹൃത്തേ"}}, പരിചരണം വീട്ടിലെത്തട്ടെ',
        preheader: 'വീട്ടിലെത്തുന്ന ഒരു നഴ്സ്, മുടങ്ങാത്ത മരുന്ന്. അടുത്ത സന്ദർശനം നിങ്ങളുടെ സംഭാവനയിലൂടെ.',
        body: await template('ml'),
      },
    },
  };
  const { campaignId, messageId } = await createCampaign(
    ground,
    { name: 'Demonstration', message: plan },
    author,
  );
  // Counted from here: on a busy computer, what is above takes longer than the whole wait.
  const dueAt = new Date(Math.ceil(ground.clock.now().getTime() / 1000 + seconds) * 1000);
  const schedule = { kind: 'once', at: wallClock(dueAt), zone: ZONE };
  const editor = { actor: author.email, userId: author.id };
  await scheduleMessage(ground, { messageId, editor }, { schedule, latePolicy: 'send' });
  await approveMessage(ground, { messageId, user: approver }, 'DEMO/1/2026');
  return { campaignId, dueAt };
}
