import { z } from 'zod';
import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** At most so many messages to one contact or mailbox in so many days; null for no limit. */
const pressure = z.object({ messages: z.int().min(1).max(1000), days: z.int().min(1).max(365) }).nullable();
export type Pressure = z.infer<typeof pressure>;

/** Messages of this purpose always go and do not count. */
export const TRANSACTIONAL = 'transactional';
const KEY = 'contact-pressure';

/** The limit that is set; null when there is none. */
export async function currentPressure(sql: Queryable): Promise<Pressure> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [KEY]);
  return rows[0] ? pressure.parse(rows[0].value) : null;
}

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
  await transaction(sql, async (connection) => {
    const before = await currentPressure(connection);
    await connection.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      [KEY, JSON.stringify(read.data)],
    );
    const subject = { subjectType: 'setting', subjectId: KEY };
    await audit(connection, { actor, action: 'pressure.set', ...subject, before, after: read.data });
  });
}
