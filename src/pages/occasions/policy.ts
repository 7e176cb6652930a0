import { z } from 'zod';
import { changeSetting, readSetting, type Setting } from '../../access/settings.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Queryable, transaction } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';

/** Whether pages are looked at before guests see them, or after. */
export const lookings = ['before', 'after'] as const;
export const OccasionPolicy = z.strictObject({
  look: z.enum(lookings),
  /** Names that are no family's, such as those of ministers and film stars: a page with one is looked at first. */
  knownNames: z.array(z.string().trim().min(3).max(80)).max(500),
});
export type OccasionPolicy = z.output<typeof OccasionPolicy>;

const POLICY: Setting<OccasionPolicy> = {
  ...{ key: 'occasion-policy', action: 'occasion-policy.changed', shape: OccasionPolicy },
  usual: { look: 'before', knownNames: [] },
};

export const occasionPolicy = (sql: Queryable): Promise<OccasionPolicy> => readSetting(sql, POLICY);

/** @throws Refusal for whoever may not; ZodError for what is none */
export async function setOccasionPolicy(
  { sql }: Pick<Ground, 'sql'>,
  wish: unknown,
  user: User,
): Promise<OccasionPolicy> {
  requireRole(user, ['administrator'], say`set how pages of families are looked at`);
  const policy = OccasionPolicy.parse(wish);
  return transaction(sql, (connection) =>
    changeSetting(connection, POLICY, { change: () => policy, actor: user.email }),
  );
}
