import type { Ground } from '../ground.ts';
import { instantOf } from '../zones.ts';
import { planTurns } from './posts/turns.ts';
import { nextDue, readWall, type Schedule } from './schedule.ts';
import { domainOf } from './sender.ts';

export { launchDue } from './launch.ts';

/** A run that was made now. */
export interface PlannedRun {
  run: bigint;
  messageId: string;
  dueAt: Date;
}

interface Candidate {
  id: string;
  revision: number;
  schedule: Schedule;
  fromAddress: string;
  approvedAt: Date;
  lastDue: Date | null;
  /** Of the edition that is drafted, for a newsletter: nothing else of it is sent. */
  editionDue: Date | null;
}

/**
 * Makes the next run of every message that is approved as it stands and scheduled. A message has one
 * planned run at most. Of a repeated one that was missed while nobody looked, only the latest is made.
 * Any number of planners may run at once: a run is unique on message and due time.
 */
export async function planRuns({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<PlannedRun[]> {
  const now = clock.now();
  const { rows } = await sql.query<Candidate>(CANDIDATES, [now]);
  const planned: PlannedRun[] = [];
  for (const message of rows) {
    const dueAt = dueToPlan(message, now);
    if (!dueAt) continue;
    const made = await sql.query<{ id: string }>(INSERT_RUN, [
      ...[message.id, message.revision, dueAt, domainOf(message.fromAddress), now],
    ]);
    for (const { id } of made.rows) planned.push({ run: BigInt(id), messageId: message.id, dueAt });
  }
  return [...planned, ...(await planTurns({ sql, clock }))];
}

/** The oldest time that has passed although nobody has planned its run; null when there is none. */
export async function oldestUnplanned({ sql, clock }: Pick<Ground, 'sql' | 'clock'>): Promise<Date | null> {
  const now = clock.now();
  const { rows } = await sql.query<Candidate>(CANDIDATES, [now]);
  const passed = rows.flatMap((message) => {
    const due = dueToPlan(message, now);
    return due && due < now && !(message.lastDue && message.lastDue >= due) ? due : [];
  });
  return passed.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
}

/** The due time whose run should be there next; it may have passed, and then the late policy decides. */
function dueToPlan({ schedule, approvedAt, lastDue, editionDue }: Candidate, now: Date): Date | null {
  if (editionDue) return editionDue;
  if (schedule.kind === 'once') return instantOf(readWall(schedule.at), schedule.zone);
  let due = nextDue(schedule, lastDue && lastDue > approvedAt ? lastDue : approvedAt);
  for (let next = due; next && next <= now; next = nextDue(schedule, next)) due = next;
  return due;
}

const CANDIDATES = `
  SELECT m.id, m.revision, m.schedule, m.from_address AS "fromAddress", a.at AS "approvedAt",
         (SELECT max(r.due_at) FROM run r WHERE r.message_id = m.id AND r.due_at <= $1) AS "lastDue",
         e.due_at AS "editionDue"
    FROM message m JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
    LEFT JOIN newsletter n ON n.message_id = m.id
    LEFT JOIN edition e ON e.newsletter_id = n.id AND e.state = 'drafted'
   WHERE m.archived_at IS NULL AND m.schedule IS NOT NULL AND (n.id IS NULL OR e.id IS NOT NULL AND n.paused_at IS NULL)
     AND NOT EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.state = 'planned')
   ORDER BY m.id`;

/**
 * An edit that commits meanwhile changes the revision; FOR SHARE waits for it, and then finds no row. It
 * asks before it inserts, because each refused insert would use up a run's number, and partitions go by it.
 */
const INSERT_RUN = `
  INSERT INTO run (message_id, version, channel, purpose, sender_domain, unknown_policy, state, due_at, created_at)
  SELECT m.id, m.version, m.channel, m.purpose, $4, m.unknown_policy, 'planned', $3, $5
    FROM message m
   WHERE m.id = $1 AND m.revision = $2 AND m.archived_at IS NULL
     AND NOT EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.due_at = $3)
     FOR SHARE OF m
  ON CONFLICT (message_id, due_at) DO NOTHING
  RETURNING id`;
