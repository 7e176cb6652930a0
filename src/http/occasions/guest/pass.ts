import type { Request, Response } from 'express';
import type { Ground } from '../../../ground.ts';
import { type ShownOccasion, wantsCode } from '../../../pages/occasions/shown.ts';
import { cookieRules } from '../../session.ts';

type Needs = Pick<Ground, 'config' | 'keys'>;
type Page = Pick<ShownOccasion, 'id' | 'code'>;

/** So long a guest need not type the code again. */
const DAYS = 60;

const nameOf = (ground: Needs, { code }: Page) => `${cookieRules(ground).prefix}wecare-guest-${code}`;
const dataOf = ({ id }: Page) => Buffer.from(`guest of ${id}`);

/** Lets this browser see a page whose guests' code was typed in it. */
export function givePass(ground: Needs, res: Response, page: Page): void {
  const { options } = cookieRules(ground);
  const pass = ground.keys.sign('occasion-code', dataOf(page), 16).toString('base64url');
  res.cookie(nameOf(ground, page), pass, { ...options, maxAge: DAYS * 86_400_000 });
}

/** Whether guests of this browser may see a page. */
export function maySee(
  ground: Needs,
  req: Request,
  page: Page & Pick<ShownOccasion, 'state' | 'content'>,
): boolean {
  if (page.state !== 'live' && page.state !== 'closed') return false;
  return !wantsCode(page.content.visibility) || hasPass(ground, req, page);
}

function hasPass(ground: Needs, req: Request, page: Page): boolean {
  const start = `${nameOf(ground, page)}=`;
  const cookie = (req.get('cookie') ?? '').split(/;\s*/).find((one) => one.startsWith(start));
  const pass = Buffer.from(cookie?.slice(start.length) ?? '', 'base64url');
  return pass.length > 1 && ground.keys.verify('occasion-code', dataOf(page), pass);
}
