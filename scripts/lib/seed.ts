import type { Ground } from '../../src/ground.ts';
import { plantNewsletter } from '../demonstration/newsletter.ts';
import { plantDemonstration } from '../demonstration/plant.ts';

/** A newcomer has this long to open the inbox before the first mails arrive. */
const SECONDS_AHEAD = 15;

/** Puts the demonstration into an empty database; leaves any other as it is. @returns whether it did */
export async function seedDemonstration(ground: Ground, sandbox: { smtpPort: number }): Promise<boolean> {
  if (await ground.db.contact.findFirst()) return false;
  const { dueAt } = await plantDemonstration(ground, { smtpPort: sandbox.smtpPort, seconds: SECONDS_AHEAD });
  await plantNewsletter(ground, dueAt);
  return true;
}
