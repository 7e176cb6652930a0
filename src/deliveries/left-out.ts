import { PHONE_CHANNEL } from '../contacts/addresses.ts';
import { compileRules } from '../contacts/segments/compile.ts';
import type { Rules } from '../contacts/segments/rules.ts';
import type { Connection, Queryable } from '../db.ts';
import type { LeftOutSql } from './audience.sql.ts';
import { currentPressure, TRANSACTIONAL } from './pressure.ts';

/** Which contacts a run is for, before consent and suppression. */
export interface Targets {
  /** Ids of lists. */
  lists: string[];
  /** Who match any of these belongs to it too. */
  segments?: Rules[];
  /** Ids of lists whose members are left out. */
  excludeLists?: string[];
  /** Who match any of these are left out. */
  excludeSegments?: Rules[];
}

/** A run of this number only asks who would be sent to; it takes no turn among those that send. */
export const ONLY_ASKED = 0n;

export interface TargetedRun {
  id: bigint;
  channel: string;
  purpose: string;
}

interface Group {
  lists: string[];
  segments?: Rules[] | undefined;
}

/**
 * Lists and segments as a condition on `contact c`; their values are added to `values`. Each list is a set
 * of ids that is hashed once, so that all of them together cost one look at each contact.
 */
export function belongs({ lists, segments = [] }: Group, values: unknown[], now: Date): string {
  const member = `c.id IN (SELECT contact_id FROM membership WHERE list_id = ANY($${values.push(lists)}::uuid[]))`;
  const matches = segments.map((rules) => compileRules(rules, { values, now }));
  // Rules first: most ask for a column of the row in hand, a list for a look into a set.
  return `(${[...matches, member].join(' OR ')})`;
}

/** What the sets of those left out are made from; the values of their queries are added to `values`. */
interface Asked {
  run: TargetedRun;
  targets: Targets;
  now: Date;
  values: unknown[];
}

/** Who is left out by wish. */
export function excluded({ targets, values, now }: Asked): LeftOutSql[] {
  const { excludeLists: lists = [], excludeSegments: segments = [] } = targets;
  if (!lists.length && !segments.length) return [];
  return [{ reason: 'excluded', when: belongs({ lists, segments }, values, now) }];
}

/**
 * Whom WhatsApp must not reach: without proof that they asked for it (Meta's policy), or at a telephone
 * that is suppressed for every kind of message.
 */
export function unproven({ run }: Asked): LeftOutSql[] {
  if (run.channel !== 'whatsapp') return [];
  const join = `LEFT JOIN suppression phone ON phone.channel = '${PHONE_CHANNEL}' AND phone.hash = a.hash
             AND (phone.expires_at IS NULL OR phone.expires_at > now())`;
  return [
    { reason: 'suppressed', when: 'phone.hash IS NOT NULL', join },
    { reason: 'no opt-in proof', when: "k.proof = '{}'" },
  ];
}

/**
 * Who paused, and who wants fewer and had one: `contacts_at_rest` in the database says who. Asked before
 * the audience is decided, because few rest. Runs that start at the same time take turns here too.
 */
export async function resting(connection: Connection, { run, now, values }: Asked): Promise<LeftOutSql[]> {
  if (run.purpose === TRANSACTIONAL || !(await anybodyRests(connection, now))) return [];
  await takeTurn(connection, run);
  const { rows } = await connection.query<{ reason: string; ids: string[] }>(
    'SELECT reason, array_agg(contact_id) AS ids FROM contacts_at_rest($1, $2, $3, $4) GROUP BY reason ORDER BY reason',
    [run.channel, now, TRANSACTIONAL, run.id],
  );
  return rows.map(({ reason, ids }, i) => ({
    reason,
    when: `rest${i}.id IS NOT NULL`,
    join: `LEFT JOIN unnest($${values.push(ids)}::uuid[]) AS rest${i}(id) ON rest${i}.id = c.id`,
  }));
}

async function takeTurn(connection: Connection, { id }: TargetedRun): Promise<void> {
  if (id === ONLY_ASKED) return;
  await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('contact.pressure', 0))");
}

async function anybodyRests(connection: Connection, now: Date): Promise<boolean> {
  const { rows } = await connection.query(
    `SELECT EXISTS (SELECT FROM contact WHERE frequency IS NOT NULL)
         OR EXISTS (SELECT FROM contact WHERE paused_until > $1) AS yes`,
    [now],
  );
  return rows[0].yes;
}

/**
 * Who has had as much in these days as the limit allows, as a person or as a mailbox that several share.
 * Counted from the deliveries themselves: a table of counts would cost every freeze a second million rows,
 * and would have to follow failures and cancellations. What did not arrive presses nobody. Runs that start
 * at the same time take turns, so that each sees the other's.
 */
export async function pressed(connection: Connection, { run, now, values }: Asked): Promise<LeftOutSql[]> {
  const limit = run.purpose === TRANSACTIONAL ? null : await currentPressure(connection);
  if (!limit) return [];
  await takeTurn(connection, run);
  const since = new Date(now.getTime() - limit.days * 86_400_000);
  const { rows } = await connection.query(RECENT, [run.id, since, TRANSACTIONAL]);
  // A run writes to a person and to a mailbox once, so fewer runs than messages press nobody.
  if (rows.length < limit.messages) return [];
  const [runs, started, from] = [
    values.push(rows.map(({ id }) => id)),
    values.push(rows.filter((row) => row.started).map(({ id }) => id)),
    values.push(since),
  ];
  const often = (column: string) =>
    `SELECT ${column} FROM delivery WHERE run = ANY($${runs}::bigint[])
        AND (at > $${from} OR at IS NULL AND run = ANY($${started}::bigint[]))
        AND state NOT IN ('failed', 'bounced', 'skipped', 'cancelled')
      GROUP BY ${column} HAVING count(*) >= ${Number(limit.messages)}`;
  const join = `LEFT JOIN (${often('contact_id')}) person ON person.contact_id = c.id
            LEFT JOIN (${often('address_hash')}) box ON box.address_hash = a.hash`;
  return [
    { reason: 'contact pressure', when: 'coalesce(person.contact_id, box.address_hash) IS NOT NULL', join },
  ];
}

/** Runs that may have written to somebody since: their ids are said, so that other partitions stay shut. */
const RECENT = `
SELECT id, started_at > $2 AS started FROM run
 WHERE id <> $1 AND purpose <> $3 AND started_at IS NOT NULL AND (ended_at IS NULL OR ended_at > $2)`;

/** How many some runs left out, by reason, the commonest first. */
export async function leftOutOfAll(sql: Queryable, runs: bigint[]): Promise<Record<string, number>> {
  const { rows } = await sql.query<{ reason: string; n: number }>(
    `SELECT reason, count(*)::int AS n FROM run_left_out WHERE run = ANY ($1::bigint[])
      GROUP BY reason ORDER BY n DESC, reason`,
    [runs],
  );
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
}
