import type { Queryable } from '../../db.ts';
import { found } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { type Office, officesOf } from './offices.ts';
import { type Purpose, signersOf } from './rules.ts';

type Part = { sql: Queryable; keys: Ground['keys'] };

/** Where a payment stands: `signed` waits for the bank. */
export type PayState = 'open' | 'signed' | 'paid' | 'withdrawn';

/** A payment, and what is missing of it. */
export interface Disbursement {
  id: string;
  stream: Stream;
  fund: string;
  amount: bigint;
  payee: { kind: 'person' | 'organisation'; name: string; account: string; ifsc: string };
  purpose: Purpose;
  about: string;
  document: string;
  split: boolean;
  higher: boolean;
  day: string;
  state: PayState;
  utr: string | null;
  paidOn: string | null;
  enteredBy: string;
  signatures: { office: Office; name: string; at: string }[];
  missing: Office[];
}

const COLUMNS = `d.id, d.stream, d.fund, d.amount, d.payee_kind, d.payee, d.purpose, d.about, d.document, d.split, d.higher,
  d.day::text AS day, d.state, d.utr, d.paid_on::text AS "paidOn", d.entered_by AS "enteredBy",
  coalesce((SELECT jsonb_agg(jsonb_build_object('office', s.office, 'name', u.name, 'at', s.at) ORDER BY s.at)
              FROM disbursement_signature s JOIN app_user u ON u.id = s.user_id WHERE s.disbursement_id = d.id), '[]') AS signatures`;

function shaped(keys: Ground['keys']) {
  return ({
    payee,
    payee_kind: kind,
    ...row
  }: Record<string, unknown> & { payee: Buffer; payee_kind: string }) => {
    const one = { ...row, amount: BigInt(row.amount as string) } as unknown as Disbursement;
    const signed = one.signatures.map(({ office }) => office);
    const missing =
      one.state === 'open' ? signersOf(one.higher).filter((office) => !signed.includes(office)) : [];
    const state = one.state === 'open' && !missing.length ? 'signed' : one.state;
    return {
      ...one,
      state,
      missing,
      payee: { kind, ...JSON.parse(keys.open('finance-words', payee)) },
    } as Disbursement;
  };
}

/** Payments, those that wait for something first. */
export async function listDisbursements(
  { sql, keys }: Part,
  { after, limit }: { after?: string; limit: number },
): Promise<Disbursement[]> {
  const { rows } = await sql.query(
    `SELECT ${COLUMNS} FROM disbursement d WHERE ($1::uuid IS NULL OR d.id < $1::uuid)
      ORDER BY d.id DESC LIMIT $2`,
    [after ?? null, limit],
  );
  return rows.map(shaped(keys));
}

/** @throws Refusal (404) when there is none */
export async function readDisbursement({ sql, keys }: Part, id: string): Promise<Disbursement> {
  const { rows } = await sql.query(`SELECT ${COLUMNS} FROM disbursement d WHERE d.id::text = $1`, [id]);
  return shaped(keys)(found(rows[0], say`There is no such payment.`));
}

/** How many payments wait for a user's own signature today. */
export async function waitingForSignature(
  { sql, clock }: { sql: Queryable; clock: Ground['clock'] },
  userId: string,
): Promise<number> {
  const mine = await officesOf({ sql, clock }, userId);
  if (!mine.length) return 0;
  const { rows } = await sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM disbursement d
      WHERE state = 'open'
        AND NOT EXISTS (SELECT FROM disbursement_signature s WHERE s.disbursement_id = d.id AND s.user_id = $1)
        AND EXISTS (SELECT FROM unnest(CASE WHEN higher THEN $3::text[] ELSE $4::text[] END) AS o(office)
                     WHERE o.office = ANY($2)
                       AND NOT EXISTS (SELECT FROM disbursement_signature s WHERE s.disbursement_id = d.id AND s.office = o.office))`,
    [userId, mine, signersOf(true), signersOf(false)],
  );
  return rows[0]?.n ?? 0;
}
