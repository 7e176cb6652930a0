import type { Ground } from '../../src/ground.ts';
import { plantFinance } from '../demonstration/finance.ts';
import { plantNewsletter } from '../demonstration/newsletter.ts';
import { leadToSandbox, plantDemonstration, SANDBOX } from '../demonstration/plant.ts';
import { plantProjectGifts } from '../demonstration/project-gifts.ts';
import { plantProjects } from '../demonstration/projects.ts';

/** A newcomer has this long to open the inbox before the first mails arrive. */
const SECONDS_AHEAD = 15;

/** What this computer plays: a mail server, and where money moves in practice. */
interface Practice {
  smtpPort: number;
  gateway?: { url: string };
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
    return false;
  }
  const { dueAt } = await plantDemonstration(ground, { smtpPort: sandbox.smtpPort, seconds: SECONDS_AHEAD });
  await plantNewsletter(ground, dueAt);
  const projects = await plantProjects(ground);
  await plantFinance(ground);
  if (sandbox.gateway) await plantProjectGifts(ground, projects, sandbox.gateway.url);
  return true;
}
