import { z } from 'zod';
import { readOrganisation } from '../access/organisation.ts';
import { changeSetting, readSetting, type Setting } from '../access/settings.ts';
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

const RECEIPTS: Setting<ReceiptSettings> = {
  ...{ key: 'receipts', action: 'receipts.saved', shape },
  usual: { registration: '', deduction: null, approval: null },
};

/** Who issues a receipt, as it stands on it for ever. */
export interface Issuer extends ReceiptSettings {
  name: { en: string; ml: string };
  address: { en: string; ml: string };
}

export async function readIssuer(sql: Queryable): Promise<Issuer> {
  const { name, address } = await readOrganisation(sql);
  return { name, address, ...(await receiptSettings(sql)) };
}

export const receiptSettings = (sql: Queryable): Promise<ReceiptSettings> => readSetting(sql, RECEIPTS);

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
  const change = () => read.data;
  await transaction(sql, (connection) => changeSetting(connection, RECEIPTS, { change, actor }));
}
