import { parse, stringify } from 'uuid';
import { audit } from '../access/audit.ts';
import { type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';

const MAC_BYTES = 12;
/** A donor, six bytes of milliseconds when it was made, two of hours that it lasts. */
const DATA_BYTES = 24;

/** A link that was asked for lasts a day, one in a mail of thanks a month. */
export const ASKED_HOURS = 24;
export const THANKS_HOURS = 30 * 24;

/** What the address of a donor's own page ends with. It names no address and is stored nowhere. */
export function donorToken(
  { keys, clock }: Pick<Ground, 'keys' | 'clock'>,
  donor: string,
  hours: number,
): string {
  const data = Buffer.alloc(DATA_BYTES);
  data.set(parse(donor));
  data.writeUIntBE(clock.now().getTime(), 16, 6);
  data.writeUInt16BE(hours, 22);
  return Buffer.concat([data, keys.sign('donor-link', data, MAC_BYTES)]).toString('base64url');
}

/** @returns null for anything that we did not sign */
export function readDonorToken(keys: Ground['keys'], text: string) {
  if (!/^[A-Za-z0-9_-]{50}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return null;
  const data = bytes.subarray(0, DATA_BYTES);
  if (!keys.verify('donor-link', data, bytes.subarray(DATA_BYTES))) return null;
  const madeAt = new Date(data.readUIntBE(16, 6));
  const endsAt = new Date(madeAt.getTime() + data.readUInt16BE(22) * 3_600_000);
  return { donor: stringify(data.subarray(0, 16)), madeAt, endsAt };
}

/** Whoever reads the mails of one mailbox, with everything that was given by it. */
export interface Giver {
  email: string;
  /** How they called themselves last. */
  name: string;
  language: string;
  /** The newest first. */
  donors: string[];
}

/**
 * Who may see what by a link: it proves the mailbox of the gift it was made for, and nothing else.
 *
 * @returns null when it is none of ours, too old, was signed out, or its mailbox was forgotten
 */
export async function openDoor(
  { sql, keys, clock }: Pick<Ground, 'sql' | 'keys' | 'clock'>,
  token: string,
): Promise<Giver | null> {
  const read = readDonorToken(keys, token);
  if (!read || read.endsAt <= clock.now()) return null;
  const { rows } = await sql.query<{ email: string }>(
    `SELECT email FROM donor d WHERE id = $1 AND email IS NOT NULL
        AND NOT EXISTS (SELECT FROM donor_door o WHERE o.address_hash = address_hash('email', d.email) AND o.closed_at >= $2)`,
    [read.donor, read.madeAt],
  );
  return rows[0] ? giverAt(sql, rows[0].email) : null;
}

/** Whoever gave by a mailbox; null when nobody did. @param email normalised */
export async function giverAt(sql: Queryable, email: string): Promise<Giver | null> {
  const { rows } = await sql.query<{ id: string; name: string; language: string }>(
    'SELECT id, name, language FROM donor WHERE email = $1 ORDER BY created_at DESC, id DESC',
    [email],
  );
  const [last] = rows;
  return last ? { email, name: last.name, language: last.language, donors: rows.map(({ id }) => id) } : null;
}

/** One mail to a mailbox in this time, so that the form cannot be used to bomb a stranger. */
const RESEND_MINUTES = 10;

/**
 * Notes that a link was asked for, in the transaction that writes its mail.
 *
 * @returns whether one may be sent
 */
export async function mayAskLink(sql: Queryable, email: string, now: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `INSERT INTO donor_door AS d (address_hash, asked_at) VALUES (address_hash('email', $1), $2)
     ON CONFLICT (address_hash) DO UPDATE SET asked_at = excluded.asked_at
       WHERE d.asked_at IS NULL OR d.asked_at <= excluded.asked_at - make_interval(mins => $3)`,
    [email, now, RESEND_MINUTES],
  );
  return rowCount === 1;
}

/** No link that was made until now opens anything any more; audited. */
export async function closeDoor(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { email, donors }: Giver,
): Promise<void> {
  await transaction(sql, async (connection) => {
    await connection.query(
      `INSERT INTO donor_door (address_hash, closed_at) VALUES (address_hash('email', $1), $2)
       ON CONFLICT (address_hash) DO UPDATE SET closed_at = excluded.closed_at`,
      [email, clock.now()],
    );
    const subject = { subjectType: 'donor', subjectId: donors[0] ?? '' };
    await audit(connection, {
      actor: 'the person',
      action: 'donor.signed-out',
      ...subject,
      origin: 'donor page',
    });
  });
}
