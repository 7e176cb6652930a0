import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';

const shape = z.strictObject({
  bank: z.string().trim().min(2).max(120),
  /** Of its number; all of it is written nowhere. */
  last4: z.string().regex(/^\d{4}$/),
});
export type BankAccount = z.infer<typeof shape>;

const keyOf = (stream: Stream) => `bank-account.${stream}`;

/** The bank account of a stream; null while none is set. */
export async function bankAccount(sql: Queryable, stream: Stream): Promise<BankAccount | null> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [keyOf(stream)]);
  return rows[0] ? shape.parse(rows[0].value) : null;
}

export const hasBankAccount = async (sql: Queryable, stream: Stream): Promise<boolean> =>
  (await bankAccount(sql, stream)) !== null;

/** Says which bank account a stream has. @throws Refusal for what will not do */
export async function saveBankAccount(
  { sql }: Pick<Ground, 'sql'>,
  { stream, ...wish }: { stream: Stream; bank: string; last4: string },
  actor: string,
): Promise<void> {
  const read = shape.safeParse(wish);
  if (!read.success)
    throw new Refusal(say`Give the bank with its branch, and the last four figures of the account’s number.`);
  await transaction(sql, async (connection) => {
    const before = await bankAccount(connection, stream);
    await connection.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      [keyOf(stream), JSON.stringify(read.data)],
    );
    const entry = { actor, action: 'bank-account.saved', subjectType: 'setting', subjectId: keyOf(stream) };
    await audit(connection, { ...entry, before, after: read.data });
  });
}
