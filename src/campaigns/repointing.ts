import { requireRole, type User } from '../access/users.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type Repointed, repointLink, undoRepoint } from '../links/repoint.ts';
import { kept, say } from '../say.ts';
import { faultsOf } from './check/links.ts';

type LinkGround = Pick<Ground, 'sql' | 'clock' | 'config'>;
const LONGEST = 2000;

/**
 * Leads a link of a sent message elsewhere, at once. It changes what was approved, so an approver does it.
 * @throws Refusal for a user who may not, an address that will not do, and a code that we never gave
 */
export async function repoint(
  ground: LinkGround,
  { code, url }: { code: string; url: string },
  user: User,
): Promise<Repointed> {
  requireApprover(user);
  return repointLink(ground, { code, target: requireTarget(url, ground.config.publicUrl) }, user.email);
}

/** Takes the latest re-pointing of a link back. @throws Refusal when there is none, or for a user who may not */
export async function undo(ground: LinkGround, code: string, user: User): Promise<Repointed> {
  requireApprover(user);
  return undoRepoint(ground, code, user.email);
}

const requireApprover = (user: User): void =>
  requireRole(user, ['approver', 'administrator'], say`re-point the links of sent messages`);

/** What the check of a mail would refuse is refused, and what it would only warn of: nobody reads it again. */
function requireTarget(wish: string, publicUrl: string): string {
  const shown = JSON.stringify(wish.slice(0, 100));
  const parsed = URL.canParse(wish.trim()) ? new URL(wish.trim()) : null;
  if (parsed?.protocol !== 'https:') {
    throw new Refusal(say`${shown} is no address for a link. Write it whole, beginning with https://.`);
  }
  if (parsed.username || parsed.password || /\{\{|%7B%7B/i.test(parsed.href)) {
    throw new Refusal(say`${shown} holds a password or a merge field; a link is the same for everybody.`);
  }
  if (parsed.href.length > LONGEST) throw new Refusal(say`The address is longer than ${LONGEST} characters.`);
  const [fault] = faultsOf(parsed.href, '');
  if (fault) throw new Refusal(kept(fault.words));
  const own = new URL(publicUrl);
  const short = `${own.pathname.replace(/\/$/, '')}/l/`;
  if (parsed.host === own.host && parsed.pathname.startsWith(short)) {
    throw new Refusal(
      say`${shown} is one of our short links, which could lead in a circle. Give its target.`,
    );
  }
  return parsed.href;
}
