import type { Ground } from '../../src/ground.ts';
import { plantNewsletter } from '../demonstration/newsletter.ts';
import { leadToSandbox, plantDemonstration, SANDBOX } from '../demonstration/plant.ts';
import { plantProjects } from '../demonstration/projects.ts';

/** A newcomer has this long to open the inbox before the first mails arrive. */
const SECONDS_AHEAD = 15;

/**
 * Puts the demonstration into an empty database. Any other it leaves as it is, but for the port of the
 * sandbox, which may be another at each start.
 * @returns whether it planted
 */
export async function seedDemonstration(ground: Ground, sandbox: { smtpPort: number }): Promise<boolean> {
  if (await ground.db.contact.findFirst()) {
    if (await ground.db.account.findUnique({ where: { name: SANDBOX } }))
      await leadToSandbox(ground, sandbox);
    return false;
  }
  const { dueAt } = await plantDemonstration(ground, { smtpPort: sandbox.smtpPort, seconds: SECONDS_AHEAD });
  await plantNewsletter(ground, dueAt);
  await plantProjects(ground);
  return true;
}
