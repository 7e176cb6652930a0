import { type Connection, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Purpose } from '../keys.ts';
import { audit } from './audit.ts';
import { blindIndex, INDEX_BYTES, payeeName, textIndex } from './blind-index.ts';

interface SealedColumn {
  table: string;
  /** Its primary key, of one column. */
  key: string;
  column: string;
  purpose: Purpose;
  /** Columns by which equal ones are told, made of what is sealed. */
  indexes?: { column: string; of(keys: Ground['keys'], plain: string): Buffer }[];
}

/** Every column that holds what `keys.seal` made. A test looks for columns that are missing here. */
export const sealedColumns: SealedColumn[] = [
  { table: 'account', key: 'id', column: 'secret', purpose: 'account-secret' },
  { table: 'network_app', key: 'network', column: 'secret', purpose: 'account-secret' },
  { table: 'connect_state', key: 'hash', column: 'verifier', purpose: 'account-secret' },
  { table: 'subscription', key: 'id', column: 'wish', purpose: 'subscription' },
  { table: 'api_answer', key: 'id', column: 'answer', purpose: 'api-answer' },
  { table: 'webhook_endpoint', key: 'id', column: 'secrets', purpose: 'webhook-secret' },
  { table: 'credential', key: 'user_id', column: 'totp_secret', purpose: 'totp-secret' },
  { table: 'gateway_account', key: 'id', column: 'secret', purpose: 'gateway-secret' },
  {
    ...{ table: 'donor', key: 'id', column: 'identity', purpose: 'donor-identity' as const },
    indexes: [
      {
        column: 'identity_index',
        of: (keys, plain) => blindIndex(keys, (JSON.parse(plain) as { number: string }).number),
      },
    ],
  },
  { table: 'receipt', key: 'id', column: 'words', purpose: 'receipt-words' },
  { table: 'image_consent', key: 'id', column: 'words', purpose: 'image-consent' },
  { table: 'offline_gift', key: 'id', column: 'details', purpose: 'finance-words' },
  { table: 'coupon_book', key: 'id', column: 'holder', purpose: 'finance-words' },
  {
    ...{ table: 'disbursement', key: 'id', column: 'payee', purpose: 'finance-words' as const },
    indexes: [
      {
        column: 'account_index',
        of: (keys, plain) => blindIndex(keys, (JSON.parse(plain) as { account: string }).account),
      },
      {
        column: 'name_index',
        of: (keys, plain) => textIndex(keys, payeeName((JSON.parse(plain) as { name: string }).name)),
      },
    ],
  },
  { table: 'occasion', key: 'id', column: 'guest_code', purpose: 'occasion-contact' },
  { table: 'occasion', key: 'id', column: 'parent', purpose: 'occasion-contact' },
  { table: 'occasion_keeper', key: 'id', column: 'contact', purpose: 'occasion-contact' },
  { table: 'occasion_report', key: 'id', column: 'words', purpose: 'occasion-contact' },
  { table: 'bank_import', key: 'id', column: 'content', purpose: 'finance-words' },
  { table: 'bank_line', key: 'id', column: 'words', purpose: 'finance-words' },
  { table: 'bank_line', key: 'id', column: 'note', purpose: 'finance-words' },
];

/** How many secrets each key of the ring, or one that is gone from it, has sealed. */
export interface KeyUse {
  id: number;
  /** False when secrets wait for a key that WECARE_KEYS lacks. */
  present: boolean;
  newest: boolean;
  secrets: number;
  /** When it was made by `wecare keys rotate`; null when it was not. */
  since: Date | null;
}

/** What each key is used for now, newest first. Signed links are not stored, so they are not counted. */
export async function keyUse({ sql, keys }: Pick<Ground, 'sql' | 'keys'>): Promise<KeyUse[]> {
  const counts = new Map<number, number>(keys.ids.map((id) => [id, 0]));
  for (const { table, column } of sealedColumns) {
    const { rows } = await sql.query<{ id: number; n: number }>(
      `SELECT get_byte(${column}, 0) AS id, count(*)::int AS n FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1`,
    );
    for (const { id, n } of rows) counts.set(id, (counts.get(id) ?? 0) + n);
  }
  const { rows } = await sql.query<{ id: string; at: Date }>(
    "SELECT subject_id AS id, max(at) AS at FROM audit_entry WHERE subject_type = 'key' AND action = 'key.made' GROUP BY 1",
  );
  const made = new Map(rows.map(({ id, at }) => [Number(id), at]));
  return [...counts].map(([id, secrets]) => ({
    ...{ id, secrets, present: keys.ids.includes(id), newest: id === keys.ids[0] },
    since: made.get(id) ?? null,
  }));
}

/** Notes in the audit log that a key was made; never the key. */
export async function recordKey({ sql }: Pick<Ground, 'sql'>, id: number, actor: string): Promise<void> {
  await audit(sql, { actor, action: 'key.made', subjectType: 'key', subjectId: String(id), origin: 'cli' });
}

/**
 * Seals every secret anew that an older key sealed, all of them or none.
 * @returns how many
 * @throws Refusal when one was sealed by a key that is gone from the ring
 */
export async function reseal({ sql, keys }: Pick<Ground, 'sql' | 'keys'>, actor: string): Promise<number> {
  return transaction(sql, async (connection) => {
    let count = 0;
    for (const sealed of sealedColumns) count += await resealColumn(connection, keys, sealed);
    const id = String(keys.ids[0]);
    await audit(connection, {
      ...{ actor, action: 'key.resealed', subjectType: 'key', subjectId: id, origin: 'cli' },
      after: { secrets: count },
    });
    return count;
  });
}

async function resealColumn(
  sql: Connection,
  keys: Ground['keys'],
  { table, key, column, purpose, indexes = [] }: SealedColumn,
): Promise<number> {
  const stale = indexes
    .map(
      (index) => ` OR get_byte(${index.column}, 0) <> $1 OR octet_length(${index.column}) <> ${INDEX_BYTES}`,
    )
    .join('');
  const { rows } = await sql.query<{ id: string; sealed: Buffer }>(
    `SELECT ${key} AS id, ${column} AS sealed FROM ${table} WHERE get_byte(${column}, 0) <> $1${stale} FOR UPDATE`,
    [keys.ids[0]],
  );
  for (const { id, sealed } of rows) {
    const plain = keys.open(purpose, sealed);
    const values = [id, keys.seal(purpose, plain), ...indexes.map((index) => index.of(keys, plain))];
    const also = indexes.map((index, n) => `, ${index.column} = $${n + 3}`).join('');
    await sql.query(`UPDATE ${table} SET ${column} = $2${also} WHERE ${key} = $1`, values);
  }
  return rows.length;
}
