import type { Queryable } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import type { PlannedRun } from '../planner.ts';
import { nextDue } from '../schedule.ts';

/** A slot of the week; 1 is Monday. */
export interface Slot {
  weekday: number;
  /** `09:00` */
  time: string;
}

/** A queue's slots as a clock of its zone shows them. */
export interface Round {
  slots: Slot[];
  zone: string;
}

/** The first slot after a moment; null when there is none. */
export function nextSlot({ slots, zone }: Round, after: Date): Date | null {
  const all = slots.flatMap(({ weekday, time }) => {
    const [hour, minute] = time.split(':').map(Number);
    const next = nextDue({ kind: 'cron', expression: `${minute} ${hour} * * ${weekday % 7}`, zone }, after);
    return next ? [next.getTime()] : [];
  });
  return all.length ? new Date(Math.min(...all)) : null;
}

/**
 * Makes the run of each queue's next slot: of what is approved as it stands, whatever rested longest, and
 * nothing that was out within its days of rest. A queue has one planned run at most.
 */
export async function planTurns({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<PlannedRun[]> {
  const now = clock.now();
  const { rows } = await sql.query<Round & { id: string }>(IDLE);
  const planned: PlannedRun[] = [];
  for (const { id, ...round } of rows) {
    const dueAt = nextSlot(round, now);
    if (!dueAt) continue;
    const made = await sql.query<{ run: string; messageId: string }>(TURN, [id, dueAt, now]);
    for (const { run, messageId } of made.rows) planned.push({ run: BigInt(run), messageId, dueAt });
  }
  return planned;
}

const IDLE = `
  SELECT q.id, q.slots, q.zone FROM post_queue q JOIN account k ON k.id = q.account_id
   WHERE q.paused_at IS NULL AND k.disabled_at IS NULL
     AND NOT EXISTS (SELECT FROM run r WHERE r.queue_id = q.id AND r.state IN ('planned', 'late', 'asked'))
   ORDER BY q.id`;

/** An edit that commits meanwhile changes the revision; FOR SHARE waits for it, and then finds no row. */
const TURN = `
  INSERT INTO run (message_id, version, channel, purpose, sender_domain, unknown_policy, state, due_at, created_at, queue_id)
  SELECT m.id, m.version, m.channel, m.purpose, '', m.unknown_policy, 'planned', $2, $3, q.id
    FROM post_queue q JOIN post_queue_item i ON i.queue_id = q.id
    JOIN message m ON m.id = i.message_id AND m.archived_at IS NULL AND m.schedule IS NULL
    JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
   WHERE q.id = $1
     AND NOT EXISTS (SELECT FROM run r WHERE r.queue_id = q.id AND r.due_at = $2)
     AND NOT EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.state <> 'cancelled'
                        AND r.due_at > $2::timestamptz - make_interval(days => q.gap_days))
   ORDER BY (SELECT max(r.due_at) FROM run r WHERE r.message_id = m.id AND r.state <> 'cancelled') NULLS FIRST,
            i.added_at, m.id
   LIMIT 1 FOR SHARE OF m
  ON CONFLICT DO NOTHING
  RETURNING id::text AS run, message_id AS "messageId"`;

/** The account whose turn a run is; null for a run of a message's own time. */
export async function turnOf(sql: Queryable, run: bigint): Promise<{ account: string } | null> {
  const { rows } = await sql.query<{ account: string }>(
    'SELECT q.account_id AS account FROM run r JOIN post_queue q ON q.id = r.queue_id WHERE r.id = $1',
    [run],
  );
  return rows[0] ?? null;
}

/** Whether a message goes round in a queue. */
export async function isQueued(sql: Queryable, messageId: string): Promise<boolean> {
  const { rowCount } = await sql.query('SELECT FROM post_queue_item WHERE message_id = $1 LIMIT 1', [
    messageId,
  ]);
  return Boolean(rowCount);
}
