import type { Connection } from '../../db.ts';
import type { Told } from './sources.ts';

/** An endpoint as the walk needs it. */
export interface Walker {
  id: string;
  /** What ended before is not told. As the database writes it: a Date has no microseconds. */
  since: string;
}

/** Pieces of a run (500 deliveries each) that are read in one transaction. */
const RANGES_AT_ONCE = 10;
/** An outcome that has not come for so long is waited for no more. */
const LATE_DAYS = 14;

const EVENT = `
  d.seq, d.state::text AS state,
  jsonb_build_object('id', 'delivery-' || d.run || '-' || d.seq, 'at', d.at, 'run', d.run, 'seq', d.seq,
    'messageId', r.message_id, 'campaignId', m.campaign_id, 'contactId', d.contact_id) ||
  CASE WHEN d.state = 'failed'
       THEN jsonb_build_object('hard', true, 'code', d.code, 'reason', coalesce(d.reason, 'rejected')) ELSE '{}' END AS event`;
const ABOUT = 'JOIN run r ON r.id = d.run LEFT JOIN message m ON m.id = r.message_id';

interface Row {
  run: string;
  seq: number;
  state: string;
  event: Told['event'];
}

/**
 * Reads pieces of runs that were worked off since an endpoint listens and that it was not told of: each
 * row of the ledger once, by its key. What has no outcome yet is noted and looked at later.
 * @returns what to tell, one list for each piece; empty when there is none left now
 */
export async function walkLedger(connection: Connection, { id, since }: Walker): Promise<Told[][]> {
  const { rows: ranges } = await connection.query<{ run: string; first: number; last: number }>(
    `SELECT g.run, g.first, g.last FROM run r JOIN run_range g ON g.run = r.id
      WHERE r.state IN ('running', 'paused', 'finished', 'cancelled') AND (r.ended_at IS NULL OR r.ended_at >= $2::timestamptz)
        AND g.done_at >= $2::timestamptz
        AND NOT EXISTS (SELECT FROM webhook_run w WHERE w.endpoint_id = $1 AND w.run = r.id)
        AND NOT EXISTS (SELECT FROM webhook_range w WHERE w.endpoint_id = $1 AND w.run = g.run AND w.first = g.first)
      ORDER BY g.run, g.first LIMIT $3`,
    [id, since, RANGES_AT_ONCE],
  );
  const told: Told[][] = [];
  for (const range of ranges) told.push(await walkRange(connection, id, range));
  if (!ranges.length) await closeRuns(connection, id, since);
  return told;
}

async function walkRange(
  connection: Connection,
  endpoint: string,
  { run, first, last }: { run: string; first: number; last: number },
): Promise<Told[]> {
  const { rows } = await connection.query<Row>(
    `SELECT d.run::text, ${EVENT} FROM delivery d ${ABOUT} WHERE d.run = $1 AND d.seq BETWEEN $2 AND $3 ORDER BY d.seq`,
    [run, first, last],
  );
  const open = rows.filter(({ state }) => OPEN.includes(state)).map(({ seq }) => seq);
  await connection.query(
    'INSERT INTO webhook_late (endpoint_id, run, seq) SELECT $1, $2, unnest($3::int[]) ON CONFLICT DO NOTHING',
    [endpoint, run, open],
  );
  await connection.query('INSERT INTO webhook_range (endpoint_id, run, first) VALUES ($1, $2, $3)', [
    ...[endpoint, run, first],
  ]);
  return rows.flatMap(toldOf);
}

/** Deliveries whose outcome has come since their piece was read. */
export async function walkLate(connection: Connection, { id }: Walker): Promise<Told[]> {
  const { rows } = await connection.query<Row>(
    `SELECT d.run::text, ${EVENT} FROM webhook_late l JOIN delivery d ON d.run = l.run AND d.seq = l.seq ${ABOUT}
      WHERE l.endpoint_id = $1 AND d.state::text <> ALL ($2) ORDER BY d.run, d.seq LIMIT 1000`,
    [id, OPEN],
  );
  await connection.query(
    `DELETE FROM webhook_late l
      WHERE endpoint_id = $1 AND ((run, seq) IN (SELECT * FROM unnest($2::bigint[], $3::int[]))
         OR since < now() - make_interval(days => $4))`,
    [id, rows.map((row) => row.run), rows.map((row) => row.seq), LATE_DAYS],
  );
  return rows.flatMap(toldOf);
}

const OPEN = ['planned', 'sending', 'deferred', 'unknown'];

/** What a server refused at once did not arrive any more than what it sent back later. */
function toldOf({ state, event }: Row): Told[] {
  if (state === 'sent' || state === 'complained') return [{ type: 'delivery.delivered', event }];
  return state === 'failed' ? [{ type: 'delivery.bounced', event }] : [];
}

/** A run that is read to its end needs one row, not one for each piece. */
async function closeRuns(connection: Connection, id: string, since: string): Promise<void> {
  const { rows } = await connection.query<{ run: string }>(
    `INSERT INTO webhook_run (endpoint_id, run)
     SELECT $1, r.id FROM run r
      WHERE r.ended_at >= $2::timestamptz AND r.state IN ('finished', 'cancelled')
        AND NOT EXISTS (SELECT FROM run_range g WHERE g.run = r.id AND g.done_at IS NULL)
     ON CONFLICT DO NOTHING RETURNING run`,
    [id, since],
  );
  await connection.query('DELETE FROM webhook_range WHERE endpoint_id = $1 AND run = ANY ($2::bigint[])', [
    ...[id, rows.map(({ run }) => run)],
  ]);
}
