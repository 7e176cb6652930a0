import { z } from 'zod';
import { changeSetting, readSetting, type Setting } from '../access/settings.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** At most so many messages to one contact or mailbox in so many days; null for no limit. */
const pressure = z.object({ messages: z.int().min(1).max(1000), days: z.int().min(1).max(365) }).nullable();
export type Pressure = z.infer<typeof pressure>;

/** Messages of this purpose always go and do not count. */
export const TRANSACTIONAL = 'transactional';
const LIMIT: Setting<Pressure> = {
  ...{ key: 'contact-pressure', action: 'pressure.set', shape: pressure, usual: null },
};

/** The limit that is set; null when there is none. */
export const currentPressure = (sql: Queryable): Promise<Pressure> => readSetting(sql, LIMIT);

/**
 * Sets the limit, or takes it away with null. It holds for runs that start from now on.
 * @throws Refusal for numbers that will not do
 */
export async function setPressure(
  { sql }: Pick<Ground, 'sql'>,
  wish: Pressure,
  actor: string,
): Promise<void> {
  const read = pressure.safeParse(wish);
  if (!read.success) throw new Refusal(say`Say 1 to 1000 messages in 1 to 365 days, such as 4 in 30.`);
  const change = () => read.data;
  await transaction(sql, (connection) => changeSetting(connection, LIMIT, { change, actor }));
}
