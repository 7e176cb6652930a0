import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import { receiptToken } from './gift-token.ts';
import { readIssuer } from './issuer.ts';
import { writeReceipt } from './receipt-paper.ts';
import { readReceipt } from './receipts.ts';

/** A receipt's paper, made when it is asked for; null when there is no such receipt. */
export async function receiptFile(
  { keys, config }: Pick<Ground, 'keys' | 'config'>,
  sql: Queryable,
  id: string,
): Promise<{ number: string; name: string; bytes: Buffer } | null> {
  const receipt = await readReceipt({ sql, keys }, id);
  if (!receipt) return null;
  const { number } = receipt.words;
  const verifyUrl = `${config.publicUrl}/receipts/verify/${receiptToken(keys, id)}`;
  const bytes = await writeReceipt({ receipt, issuer: await readIssuer(sql), verifyUrl });
  return { number, name: `receipt-${number.replaceAll('/', '-')}.pdf`, bytes };
}
