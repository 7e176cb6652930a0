import { blindIndex } from '../../access/blind-index.ts';
import type { Queryable } from '../../db.ts';
import { found } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { receiptNumber } from '../calendar.ts';
import type { HeldGift } from './count.ts';
import type { Details, OfflineKind } from './kinds.ts';

type Part = { sql: Queryable; keys: Ground['keys'] };

/** An entry in a list. */
export interface OfflineRow {
  id: string;
  kind: OfflineKind;
  state: HeldGift['state'];
  stream: Stream;
  donor: string;
  amount: bigint;
  day: string;
  reference: string | null;
  doubted: boolean;
  enteredBy: string;
}

export interface Wanted {
  state?: HeldGift['state'] | 'doubted';
  /** The id that the page before ended with. */
  after?: string;
  limit: number;
}

/** Entries, the newest first. */
export async function listOffline(
  { sql }: { sql: Queryable },
  { state, after, limit }: Wanted,
): Promise<OfflineRow[]> {
  const { rows } = await sql.query(
    `SELECT g.id, g.kind, g.state, g.stream, d.name AS donor, g.amount, g.day::text AS day, g.reference,
            g.doubt IS NOT NULL AND g.state NOT IN ('bounced', 'reversed') AS doubted, g.entered_by AS "enteredBy"
       FROM offline_gift g JOIN donor d ON d.id = g.donor_id
      WHERE ($1::text IS NULL OR g.state = $1
             OR ($1 = 'doubted' AND g.doubt IS NOT NULL AND g.state NOT IN ('bounced', 'reversed')))
        AND ($2::uuid IS NULL OR g.id < $2::uuid)
      ORDER BY g.id DESC LIMIT $3`,
    [state ?? null, after ?? null, limit],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}

/** All of an entry. */
export interface OfflineGift extends OfflineRow {
  fund: string;
  details: Details;
  countedOn: string | null;
  endedOn: string | null;
  doubt: string | null;
  doubtedBy: string | null;
  enteredAt: Date;
  replaces: string | null;
  receipt: { id: string; number: string; cancelled: boolean } | null;
}

/** @throws Refusal (404) when there is none */
export async function readOffline({ sql, keys }: Part, id: string): Promise<OfflineGift> {
  const { rows } = await sql.query(
    `SELECT g.id, g.kind, g.state, g.stream, g.fund, d.name AS donor, g.amount, g.day::text AS day, g.reference,
            g.doubt IS NOT NULL AND g.state NOT IN ('bounced', 'reversed') AS doubted, g.entered_by AS "enteredBy",
            g.entered_at AS "enteredAt", g.details, g.counted_on::text AS "countedOn", g.ended_on::text AS "endedOn",
            g.doubt, g.doubted_by AS "doubtedBy", g.replaces, r.id AS receipt, r.year, r.number, r.cancelled_at AS cancelled
       FROM offline_gift g JOIN donor d ON d.id = g.donor_id
       LEFT JOIN LATERAL (SELECT * FROM receipt r WHERE r.donation_id = g.donation_id
                           ORDER BY r.cancelled_at IS NULL DESC, r.issued_at DESC LIMIT 1) r ON true
      WHERE g.id::text = $1`,
    [id],
  );
  const { receipt, year, number, cancelled, details, ...row } = found(rows[0], say`There is no such entry.`);
  return {
    ...{ ...row, amount: BigInt(row.amount) },
    details: JSON.parse(keys.open('finance-words', details)),
    receipt: receipt && {
      ...{ id: receipt, number: receiptNumber(row.stream, year, BigInt(number)) },
      cancelled: cancelled !== null,
    },
  };
}

/** Somebody who gave before. */
export interface KnownDonor {
  id: string;
  kind: string;
  name: string;
  email: string | null;
  phone: string | null;
  address: string | null;
  language: string;
  answer: string;
  hasPaper: boolean;
}

const SUGGESTED = 5;
const DONOR = `d.id, d.kind, d.name, d.email, d.phone, d.address, d.language, coalesce(d.source->>'answer', '') AS answer,
  d.identity IS NOT NULL AS "hasPaper"`;

/** Donors with this number, address or PAN, as they last told of themselves; nobody where none of them is told. */
export async function suggestDonors(
  { sql, keys }: Part,
  { phone, email, pan }: { phone: string | null; email: string | null; pan: string | null },
): Promise<KnownDonor[]> {
  const { rows } = await sql.query<KnownDonor>(
    `SELECT * FROM (
       SELECT DISTINCT ON (lower(d.name), coalesce(d.phone, ''), coalesce(lower(d.email), '')) ${DONOR}, d.created_at
         FROM donor d WHERE d.phone = $1 OR lower(d.email) = lower($2) OR d.identity_index = $3
        ORDER BY lower(d.name), coalesce(d.phone, ''), coalesce(lower(d.email), ''), d.created_at DESC) AS found
      ORDER BY created_at DESC LIMIT ${SUGGESTED}`,
    [phone, email, pan && blindIndex(keys, pan)],
  );
  return rows;
}

/** A donor by their id; null when there is none. */
export async function findDonor({ sql }: { sql: Queryable }, id: string): Promise<KnownDonor | null> {
  const { rows } = await sql.query<KnownDonor>(`SELECT ${DONOR} FROM donor d WHERE d.id::text = $1`, [id]);
  return rows[0] ?? null;
}
