import type { Request, Response } from 'express';
import { readDevice } from '../../../access/devices.ts';
import { noteSignIn } from '../../../access/entering.ts';
import { mailStrange } from '../../../campaigns/staff-letters.ts';
import { transaction } from '../../../db.ts';
import { browserOf, enter } from '../../session.ts';
import { SIGN_IN } from '../../staff.ts';
import type { Web } from '../../web.ts';
import { deviceOf, trustDevice } from './device.ts';

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

/** Signs somebody in who has proved everything that is asked of them, and mails them where the browser is new. */
export async function letIn({ ground }: Web, { req, res }: Call, userId: string): Promise<void> {
  const known = readDevice(ground.keys, deviceOf(ground, req), { userId, now: ground.clock.now() }) !== null;
  const user = await enter(ground, req, { userId, stage: 'in' });
  trustDevice(ground, { req, res }, userId);
  await transaction(ground.sql, async (connection) => {
    if (!(await noteSignIn(connection, { ...user, known }))) return;
    await mailStrange(connection, ground.config, { user, ...browserOf(req), at: ground.clock.now() });
  });
}
