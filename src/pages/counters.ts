import { audit } from '../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { ENGINE } from '../deliveries/mark.ts';
import type { Ground } from '../ground.ts';

/** A project whose counters are not what the books say; in paise and gifts. */
export interface CounterAlarm {
  projectId: string;
  slug: string;
  countedRaised: bigint;
  booksRaised: bigint;
  countedGifts: number;
  booksGifts: number;
}

/** What every project raised, by counter and by book, where they differ. One snapshot holds both. */
const DIFFER = `
  WITH books AS (
    SELECT a.project, -sum(p.amount)::bigint AS raised FROM ledger_account a JOIN posting p ON p.account = a.code
      JOIN journal j ON j.id = p.journal AND j.kind <> 'disbursement' WHERE a.project IS NOT NULL GROUP BY a.project
  ), given AS (
    SELECT project_id, count(*)::int AS gifts FROM donation WHERE project_id IS NOT NULL AND refunded < amount GROUP BY 1
  )
  SELECT g.project_id AS "projectId", p.slug, g.raised AS "countedRaised", coalesce(b.raised, 0) AS "booksRaised",
         g.gifts AS "countedGifts", coalesce(d.gifts, 0) AS "booksGifts"
    FROM goal g JOIN project p ON p.id = g.project_id LEFT JOIN books b ON b.project = g.project_id
    LEFT JOIN given d ON d.project_id = g.project_id
   WHERE g.raised <> coalesce(b.raised, 0) OR g.gifts <> coalesce(d.gifts, 0)`;

/**
 * Compares what pages show with the books. A difference is a fault of ours or somebody's doing, so nothing
 * is set right by itself: it is logged, audited, and stands on the first page of the console until it is gone.
 *
 * @returns what differs
 */
export async function compareCounters({
  sql,
  clock,
  log,
}: Pick<Ground, 'sql' | 'clock' | 'log'>): Promise<CounterAlarm[]> {
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query<Row>(DIFFER);
    const found = rows.map(alarmOf);
    await connection.query(
      'UPDATE counter_alarm SET ended_at = $2 WHERE ended_at IS NULL AND NOT project_id = ANY ($1::uuid[])',
      [found.map(({ projectId }) => projectId), clock.now()],
    );
    for (const alarm of found) {
      log.error(
        { ...textOf(alarm), project: alarm.slug },
        'a counter of a project is not what the books say',
      );
      await raise(connection, alarm, clock.now());
    }
    return found;
  });
}

async function raise(connection: Connection, alarm: CounterAlarm, at: Date): Promise<void> {
  const { projectId, countedRaised, booksRaised, countedGifts, booksGifts } = alarm;
  const { rows } = await connection.query<{ fresh: boolean }>(
    `INSERT INTO counter_alarm (project_id, counted_raised, books_raised, counted_gifts, books_gifts, raised_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (project_id) WHERE ended_at IS NULL DO UPDATE
       SET counted_raised = excluded.counted_raised, books_raised = excluded.books_raised,
           counted_gifts = excluded.counted_gifts, books_gifts = excluded.books_gifts
     RETURNING xmax = 0 AS fresh`,
    [projectId, countedRaised, booksRaised, countedGifts, booksGifts, at],
  );
  if (!rows[0]?.fresh) return;
  await audit(connection, {
    ...{ actor: ENGINE, action: 'project.counter-differs', subjectType: 'project', subjectId: projectId },
    after: textOf(alarm),
  });
}

/** Those that stand, the oldest first. */
export async function openCounterAlarms(sql: Queryable): Promise<CounterAlarm[]> {
  const { rows } = await sql.query<Row>(
    `SELECT c.project_id AS "projectId", p.slug, counted_raised AS "countedRaised", books_raised AS "booksRaised",
            counted_gifts AS "countedGifts", books_gifts AS "booksGifts"
       FROM counter_alarm c JOIN project p ON p.id = c.project_id WHERE c.ended_at IS NULL ORDER BY c.raised_at, c.id`,
  );
  return rows.map(alarmOf);
}

type Row = Omit<CounterAlarm, 'countedRaised' | 'booksRaised'> & {
  countedRaised: string;
  booksRaised: string;
};

const alarmOf = (row: Row): CounterAlarm => ({
  ...{ ...row, countedRaised: BigInt(row.countedRaised), booksRaised: BigInt(row.booksRaised) },
});

/** JSON knows no bigint. */
const textOf = ({ countedRaised, booksRaised, countedGifts, booksGifts }: CounterAlarm) => ({
  ...{ countedRaised: String(countedRaised), booksRaised: String(booksRaised), countedGifts, booksGifts },
});
