import type { Request, Response } from 'express';
import { audit } from '../../../access/audit.ts';
import { enter } from '../../session.ts';
import { SIGN_IN } from '../../staff.ts';
import type { Web } from '../../web.ts';
import { trustDevice } from './device.ts';

export const CODE = `${SIGN_IN}/code`;

interface Call {
  req: Request;
  res: Response;
}

/** Goes on with somebody who has proved who they are but for the second factor, where they have one. */
export async function goOn(
  web: Web,
  { req, res }: Call,
  { userId, secondFactor, next }: { userId: string; secondFactor: boolean; next: string },
): Promise<void> {
  if (secondFactor) {
    await enter(web.ground, req, { userId, stage: 'code' });
    res.redirect(303, `${CODE}?${new URLSearchParams({ next })}`);
    return;
  }
  await letIn(web, { req, res }, userId);
  res.redirect(303, next);
}

/** Signs somebody in who has proved everything that is asked of them. */
export async function letIn(web: Web, { req, res }: Call, userId: string): Promise<void> {
  const { email } = await enter(web.ground, req, { userId, stage: 'in' });
  trustDevice(web.ground, res, userId);
  await audit(web.ground.sql, {
    actor: email,
    action: 'user.signed-in',
    subjectType: 'user',
    subjectId: userId,
  });
}
