import type { Ground } from '../../src/ground.ts';
import { plantFinance } from '../demonstration/finance.ts';
import { plantMonthlyGift } from '../demonstration/monthly-gift.ts';
import { connectNetworks, type Networks, plantPost, reconnectNetworks } from '../demonstration/networks.ts';
import { plantNewsletter } from '../demonstration/newsletter.ts';
import {
  connectPhones,
  plantPhoneCampaign,
  reconnectPhones,
  type Telephones,
} from '../demonstration/phones.ts';
import { leadToSandbox, plantDemonstration, SANDBOX } from '../demonstration/plant.ts';
import { plantProjectGifts } from '../demonstration/project-gifts.ts';
import { plantProjects } from '../demonstration/projects.ts';

/** A newcomer has this long to open the inbox before the first mails arrive. */
const SECONDS_AHEAD = 15;

/** What this computer plays: a mail server, and where money moves in practice. */
interface Practice {
  smtpPort: number;
  gateway?: { url: string };
  /** SMS and WhatsApp. */
  telephones?: Telephones;
  /** Where posts appear. */
  social?: Networks;
}

/**
 * Puts the demonstration into an empty database. Any other it leaves as it is, but for the port of the
 * sandbox, which may be another at each start.
 * @returns whether it planted
 */
export async function seedDemonstration(ground: Ground, sandbox: Practice): Promise<boolean> {
  if (await ground.db.contact.findFirst()) {
    if (await ground.db.account.findUnique({ where: { name: SANDBOX } }))
      await leadToSandbox(ground, sandbox);
    if (sandbox.telephones) await reconnectPhones(ground, sandbox.telephones);
    if (sandbox.social) await reconnectNetworks(ground, sandbox.social);
    return false;
  }
  const { dueAt } = await plantDemonstration(ground, { smtpPort: sandbox.smtpPort, seconds: SECONDS_AHEAD });
  await plantNewsletter(ground, dueAt);
  if (sandbox.telephones) {
    await connectPhones(ground, sandbox.telephones);
    await plantPhoneCampaign(ground, SECONDS_AHEAD);
  }
  if (sandbox.social) {
    await connectNetworks(ground, sandbox.social);
    await plantPost(ground, SECONDS_AHEAD);
  }
  const projects = await plantProjects(ground);
  await plantFinance(ground);
  const { gateway } = sandbox;
  if (gateway) await plantMonthlyGift(ground, projects.at(-1) as string, gateway.url);
  if (gateway) await plantProjectGifts(ground, projects, gateway.url);
  return true;
}
