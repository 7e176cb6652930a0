import { GatewayFailure, type SettlementLine } from '../../channels/gateway.ts';
import { type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { accountById, type GivingAccount, listGatewayAccounts, type Stream } from './accounts.ts';
import { applyPayment } from './apply.ts';
import { daysBetween, indianDay } from './calendar.ts';
import { applyDispute } from './disputes.ts';
import { accounts, post } from './journal.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log' | 'config' | 'queues'>;

/** Days that are fetched again, because a gateway may still add to them. */
const AGAIN = 3;
/** An account that was never asked is asked from its first payment on, at most so many days back. */
const FIRST = 180;
/** One that takes no gifts any more may still settle disputes for so many days. */
const RETIRED = 200;
const DAY_MS = 86_400_000;
const BATCH = 1000;

/** What a run came to. */
export interface Fetched {
  days: number;
  settlements: number;
  /** Days at which the gateway could not be asked; they are asked again next time. */
  failed: number;
}

/**
 * Fetches what every account was settled, day by day, keeps its lines, and posts each settlement once. Of
 * what its lines tell and we do not know, the gateway is asked.
 *
 * @param from the first day of India's calendar, instead of some days before the last one fetched
 */
export async function fetchSettlements(ground: Needs, from?: string): Promise<Fetched> {
  const sum: Fetched = { days: 0, settlements: 0, failed: 0 };
  const now = ground.clock.now();
  const long = new Date(now.getTime() - RETIRED * DAY_MS);
  for (const { id, retired } of await listGatewayAccounts(ground)) {
    if (retired && retired < long) continue;
    const account = (await accountById(ground, id)) as GivingAccount;
    try {
      for (const day of daysBetween(from ?? (await beginning(ground, id)), indianDay(now))) {
        sum.settlements += await fetchDay(ground, account, day);
        sum.days += 1;
      }
    } catch (err) {
      if (!(err instanceof GatewayFailure)) throw err;
      ground.log.warn({ err, account: id }, 'the gateway could not be asked for its settlements');
      sum.failed += 1;
    }
  }
  return sum;
}

async function beginning({ sql, clock }: Needs, account: string): Promise<string> {
  const now = clock.now();
  const { rows } = await sql.query<{ day: string | null; first: Date | null }>(
    `SELECT (settled_to - ${AGAIN})::text AS day,
            (SELECT min(created_at) FROM payment WHERE account_id = a.id) AS first FROM gateway_account a WHERE id = $1`,
    [account],
  );
  const { day, first } = rows[0] ?? { day: null, first: null };
  return day ?? indianDay(new Date(Math.max(+(first ?? now), now.getTime() - FIRST * DAY_MS)));
}

async function fetchDay(ground: Needs, account: GivingAccount, day: string): Promise<number> {
  let batch: SettlementLine[] = [];
  for await (const line of account.gateway.settlements(day)) {
    batch.push(line);
    if (batch.length < BATCH) continue;
    await keepLines(ground, account, { day, lines: batch });
    batch = [];
  }
  await keepLines(ground, account, { day, lines: batch });
  await askUnknown(ground, account, day);
  const posted = await postDay(ground, account, day);
  const whole = day < indianDay(ground.clock.now());
  if (whole)
    await ground.sql.query(
      'UPDATE gateway_account SET settled_to = greatest(settled_to, $2::date) WHERE id = $1',
      [account.id, day],
    );
  return posted;
}

interface Day {
  day: string;
  lines: SettlementLine[];
}

async function keepLines({ sql }: Needs, account: GivingAccount, { day, lines }: Day): Promise<void> {
  if (!lines.length) return;
  const heads = [...new Map(lines.map((line) => [line.settlementId, line])).values()];
  await sql.query(
    `INSERT INTO settlement AS s (id, account_id, stream, day, settled_at, utr)
     SELECT h.id, $1, $2, $3, h.at, h.utr FROM unnest($4::text[], $5::timestamptz[], $6::text[]) AS h(id, at, utr)
     ON CONFLICT (id) DO UPDATE SET utr = coalesce(s.utr, excluded.utr)`,
    [
      ...[account.id, account.stream, day, heads.map((one) => one.settlementId)],
      ...[heads.map((one) => one.settledAt), heads.map((one) => one.utr)],
    ],
  );
  const column = (pick: (line: SettlementLine) => unknown) => lines.map((line) => pick(line));
  await sql.query(
    `INSERT INTO settlement_line (settlement_id, kind, entity_id, payment_id, dispute_id, amount, fee, tax, debit, credit)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
                          $8::bigint[], $9::bigint[], $10::bigint[]) ON CONFLICT DO NOTHING`,
    [
      ...[column((l) => l.settlementId), column((l) => l.kind), column((l) => l.entityId)],
      ...[column((l) => l.paymentId), column((l) => l.disputeId), column((l) => String(l.amount))],
      ...[column((l) => String(l.fee)), column((l) => String(l.tax)), column((l) => String(l.debit))],
      column((l) => String(l.credit)),
    ],
  );
}

/** From the clearing account to the bank, once for each settlement whose lines are all there. */
async function postDay({ sql, clock }: Needs, { id, stream }: GivingAccount, day: string): Promise<number> {
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ id: string; amount: string }>(
      `UPDATE settlement s SET amount = l.amount, fee = l.fee, tax = l.tax, posted_at = $3
         FROM (SELECT settlement_id, sum(credit - debit)::bigint AS amount, sum(fee)::bigint AS fee, sum(tax)::bigint AS tax
                 FROM settlement_line WHERE settlement_id IN (
                   SELECT id FROM settlement WHERE account_id = $1 AND day = $2 AND posted_at IS NULL) GROUP BY 1) l
        WHERE s.id = l.settlement_id AND s.posted_at IS NULL RETURNING s.id, s.amount`,
      [id, day, clock.now()],
    );
    for (const { id: settlement, amount } of rows) {
      const paise = BigInt(amount);
      if (!paise) continue;
      await post(connection, {
        ...{ kind: 'settlement', subject: `settlement:${settlement}`, day, at: clock.now() },
        lines: [
          [accounts.bank(stream), paise],
          [accounts.clearing(stream), -paise],
        ],
      });
    }
    return rows.length;
  });
}

/** A payment, fee, refund or dispute that only the settlement told of: both webhook and return were lost. */
async function askUnknown(ground: Needs, account: GivingAccount, day: string): Promise<void> {
  const { rows } = await ground.sql.query<{ payment: string | null; dispute: string | null }>(
    `SELECT DISTINCT CASE WHEN l.kind IN ('payment', 'refund') THEN l.payment_id END AS payment,
            CASE WHEN l.kind = 'adjustment' THEN l.dispute_id END AS dispute
       FROM settlement s JOIN settlement_line l ON l.settlement_id = s.id
       LEFT JOIN payment p ON p.id = l.payment_id LEFT JOIN refund r ON r.gateway_id = l.entity_id
       LEFT JOIN dispute d ON d.id = l.dispute_id
      WHERE s.account_id = $1 AND s.day = $2
        AND (l.kind = 'payment' AND (p.captured_at IS NULL OR p.fee IS NULL)
          OR l.kind = 'refund' AND (r.id IS NULL OR r.state <> 'processed')
          OR l.dispute_id IS NOT NULL AND d.deducted IS DISTINCT FROM l.debit)`,
    [account.id, day],
  );
  for (const { payment, dispute } of rows) {
    try {
      if (payment) await applyPayment(ground, account, payment);
      if (dispute) await applyDispute(ground, account, dispute);
    } catch (err) {
      if (!(err instanceof GatewayFailure)) throw err;
      ground.log.warn({ err, payment, dispute }, 'the gateway settled what it does not tell of');
    }
  }
}

/** A settlement as finance sees it. */
export interface SettlementRow {
  id: string;
  stream: Stream;
  utr: string | null;
  amount: bigint;
  fee: bigint;
  tax: bigint;
  day: string;
  settledAt: Date;
  bankLine: string | null;
  lines: number;
}

const ROWS = `
SELECT id, stream, utr, amount, fee, tax, day::text AS day, settled_at AS "settledAt", bank_line AS "bankLine",
       (SELECT count(*)::int FROM settlement_line l WHERE l.settlement_id = s.id) AS lines
  FROM settlement s`;

/** Settlements, the newest first. @param before the id of the last of the page before */
export async function listSettlements(
  { sql }: { sql: Queryable },
  { before, limit = 50 }: { before?: string | undefined; limit?: number } = {},
): Promise<SettlementRow[]> {
  const { rows } = await sql.query(
    `${ROWS} WHERE posted_at IS NOT NULL
        AND ($1::text IS NULL OR (settled_at, id) < (SELECT settled_at, id FROM settlement WHERE id = $1))
      ORDER BY settled_at DESC, id DESC LIMIT $2`,
    [before ?? null, limit],
  );
  return rows.map(rowOf);
}

/**
 * Settlements that no line of a bank statement was found for, the oldest first: a statement's import looks
 * for their UTR and amount, and sets `bank_line` of what it found.
 */
export async function settlementsAwaitingBank(sql: Queryable): Promise<SettlementRow[]> {
  const { rows } = await sql.query(
    `${ROWS} WHERE bank_line IS NULL AND posted_at IS NOT NULL ORDER BY settled_at, id`,
  );
  return rows.map(rowOf);
}

const rowOf = (row: SettlementRow): SettlementRow => ({
  ...row,
  ...{ amount: BigInt(row.amount), fee: BigInt(row.fee), tax: BigInt(row.tax) },
});
