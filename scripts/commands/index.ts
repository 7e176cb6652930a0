import type { CommandFile } from '../lib/cli.ts';
import account from './account.ts';
import apiKey from './api-key.ts';
import audit from './audit.ts';
import bounces from './bounces.ts';
import campaign from './campaign.ts';
import consents from './consents.ts';
import contacts from './contacts.ts';
import deliverability from './deliverability.ts';
import doctor from './doctor.ts';
import duplicates from './duplicates.ts';
import gateway from './gateway.ts';
import hold from './hold.ts';
import keys from './keys.ts';
import ledger from './ledger.ts';
import links from './links.ts';
import mail from './mail.ts';
import media from './media.ts';
import migrate from './migrate.ts';
import newsletter from './newsletter.ts';
import pressure from './pressure.ts';
import publicLists from './public-lists.ts';
import segments from './segments.ts';
import serve from './serve.ts';
import siteText from './site-text.ts';
import suppressions from './suppressions.ts';
import user from './user.ts';
import warmup from './warmup.ts';
import webhooks from './webhooks.ts';
import work from './work.ts';

/** Every file of commands, in the order in which `--help` lists them. */
export const commandFiles: CommandFile[] = [
  ...[serve, work, migrate, doctor, keys, audit],
  ...[user, apiKey, contacts, duplicates, consents, publicLists, segments, suppressions, bounces],
  ...[account, campaign, newsletter, mail, media, links, hold, pressure, deliverability, warmup, webhooks],
  ...[gateway, ledger, siteText],
];
