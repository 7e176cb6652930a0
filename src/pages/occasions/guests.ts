import type { Connection, Queryable } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import type { Keys } from '../../keys.ts';

/** For what families' invitations are, as consents name it. */
export const INVITATION_PURPOSE = 'invitation';

/**
 * Whether a mailbox may not be invited: it is dead, has complained or unsubscribed, wants no invitations, or its
 * owner is a contact who withdrew that consent.
 * @param address normalised
 */
export async function isUninvitable(sql: Queryable, address: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT FROM (SELECT address_hash('email', $1) AS hash) a
      WHERE EXISTS (SELECT FROM suppression s WHERE s.channel = 'email' AND s.hash = a.hash
                       AND (s.expires_at IS NULL OR s.expires_at > now()))
         OR EXISTS (SELECT FROM invitation_refusal r WHERE r.address_hash = a.hash)
         OR EXISTS (SELECT FROM address m JOIN consent k ON k.contact_id = m.contact_id AND k.channel = 'email'
                       AND k.purpose = $2 AND NOT k.given WHERE m.channel = 'email' AND m.hash = a.hash)`,
    [address, INVITATION_PURPOSE],
  );
  return Boolean(rowCount);
}

interface NewGuest {
  occasionId: string;
  /** Normalised; its hash alone is kept. */
  address: string;
  at: Date;
  noticeId: string | null;
  /** Null while its mail is under way. */
  outcome: string | null;
}

/** Notes a guest of an occasion, or which mail it is. @returns whether something was noted */
export async function noteGuest(connection: Connection, guest: NewGuest): Promise<boolean> {
  const { occasionId, address, at, noticeId, outcome } = guest;
  const { rowCount } = await connection.query(
    `INSERT INTO occasion_guest AS g (occasion_id, address_hash, notice_id, at, outcome, ended_at)
     VALUES ($1, address_hash('email', $2), $4, $3, $5, CASE WHEN $5::text IS NOT NULL THEN $3::timestamptz END)
     ON CONFLICT (occasion_id, address_hash) DO UPDATE SET notice_id = excluded.notice_id
       WHERE g.notice_id IS NULL AND g.outcome IS NULL AND excluded.notice_id IS NOT NULL`,
    [occasionId, address, at, noticeId, outcome],
  );
  return rowCount === 1;
}

const MAC_BYTES = 12;
/** A hash of an address is sixteen bytes that look like an id and are none. */
const HASH_BYTES = 16;

/** What the way out of an invitation ends with: it stands for a mailbox and shows none. @param hash of the mailbox */
export function guestToken(keys: Keys, hash: string): string {
  const data = Buffer.from(hash.replaceAll('-', ''), 'hex');
  return Buffer.concat([data, keys.sign('occasion-guest', data, MAC_BYTES)]).toString('base64url');
}

/** The mailbox that a token in an invitation stands for, as a hash; null for none of ours. */
export function readGuestToken(keys: Keys, token: string): string | null {
  const bytes = Buffer.from(token, 'base64url');
  const data = bytes.subarray(0, HASH_BYTES);
  const ours = /^[\w-]{39}$/.test(token) && bytes.toString('base64url') === token;
  return ours && keys.verify('occasion-guest', data, bytes.subarray(HASH_BYTES))
    ? data.toString('hex')
    : null;
}

/** No more invitations to a mailbox. Receipts and what else it agreed to still come. @param hash of the mailbox */
export async function refuseInvitations({ sql, clock }: Pick<Ground, 'sql' | 'clock'>, hash: string) {
  await sql.query(
    'INSERT INTO invitation_refusal (address_hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [hash, clock.now()],
  );
}

/** How many guests were invited by mail, and what became of their mails. */
export async function guestsOf(sql: Queryable, occasionId: string): Promise<Record<string, number>> {
  const { rows } = await sql.query<{ outcome: string; count: number }>(
    `SELECT coalesce(outcome, 'waiting') AS outcome, count(*)::int AS count FROM occasion_guest
      WHERE occasion_id::text = $1 GROUP BY 1`,
    [occasionId],
  );
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
}
