import { z } from 'zod';
import { audit } from '../access/audit.ts';
import { readOrganisation } from '../access/organisation.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

const both = z.object({ en: z.string().trim().min(1).max(400), ml: z.string().trim().min(1).max(400) });
/** By which gifts may be deducted, as the department gave it. */
const approval = z.strictObject({
  urn: z.string().trim().min(5).max(100),
  /** `2026-05-31`. */
  issuedOn: z.iso.date(),
});
export type Approval = z.infer<typeof approval>;
const shape = z.strictObject({
  /** The fund's registration and approval numbers, as they stand on a receipt. */
  registration: z.string().trim().max(400).default(''),
  /** What a donor may deduct, in the words of the approval; null while there is none, and nothing is said. */
  deduction: both.nullable().default(null),
  /** For the statement of donations; null while there is none, and none is made. */
  approval: approval.nullable().default(null),
});
/** What receipts say of the fund besides its name. */
export type ReceiptSettings = z.infer<typeof shape>;

const KEY = 'receipts';

/** Who issues a receipt, as it stands on it for ever. */
export interface Issuer extends ReceiptSettings {
  name: { en: string; ml: string };
  address: { en: string; ml: string };
}

export async function readIssuer(sql: Queryable): Promise<Issuer> {
  const { name, address } = await readOrganisation(sql);
  return { name, address, ...(await receiptSettings(sql)) };
}

export async function receiptSettings(sql: Queryable): Promise<ReceiptSettings> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [KEY]);
  return shape.parse(rows[0]?.value ?? {});
}

/** Receipts from now on say this; those that were issued stay. @throws Refusal for what will not do */
export async function saveReceiptSettings(
  { sql }: Pick<Ground, 'sql'>,
  wish: z.input<typeof shape>,
  actor: string,
): Promise<void> {
  const read = shape.safeParse(wish);
  if (!read.success)
    throw new Refusal(
      say`Give the registration in at most 400 letters, the deduction in both languages, and the approval’s number with its day.`,
    );
  await transaction(sql, async (connection) => {
    const before = await receiptSettings(connection);
    await connection.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      [KEY, JSON.stringify(read.data)],
    );
    const entry = { actor, action: 'receipts.saved', subjectType: 'setting', subjectId: KEY };
    await audit(connection, { ...entry, before, after: read.data });
  });
}
