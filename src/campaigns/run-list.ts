import { type RunProgress, runProgress } from '../deliveries/progress.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type RunSummary, runSummary } from './run-summary.ts';
import { leftOutOf } from './status.ts';

/** A run as a list shows it. */
export interface RunRow {
  run: bigint;
  messageId: string | null;
  campaignId: string | null;
  state: string;
  channel: string;
  purpose: string;
  version: number;
  total: number;
  reason: string | null;
  dueAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

export interface RunFilter {
  campaignId?: string | undefined;
  messageId?: string | undefined;
  state?: string | undefined;
}

const SELECT = `
  SELECT r.id AS run, r.message_id AS "messageId", m.campaign_id AS "campaignId", r.state::text AS state, r.channel,
         r.purpose, r.version, r.total, r.reason, r.due_at AS "dueAt", r.started_at AS "startedAt", r.ended_at AS "endedAt"
    FROM run r LEFT JOIN message m ON m.id = r.message_id`;

/** A page of runs, the newest first. */
export async function listRuns(
  { sql }: Pick<Ground, 'sql'>,
  { campaignId, messageId, state }: RunFilter,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<RunRow[]> {
  const { rows } = await sql.query<RunRow>(
    `${SELECT} WHERE ($1::bigint IS NULL OR r.id < $1) AND ($2::uuid IS NULL OR m.campaign_id = $2)
        AND ($3::uuid IS NULL OR r.message_id = $3) AND ($4::text IS NULL OR r.state::text = $4)
      ORDER BY r.id DESC LIMIT $5`,
    [before ?? null, campaignId ?? null, messageId ?? null, state ?? null, limit],
  );
  return rows.map(numbered);
}

/** A run with all that is counted of it. */
export interface RunRead extends RunRow, Pick<RunSummary, 'corrects' | 'corrections'> {
  progress: RunProgress;
  leftOut: Record<string, number>;
}

/** How far a run is, and whom it left out. @throws Refusal (404) when there is no such run */
export async function readRun(ground: Pick<Ground, 'sql'>, run: bigint): Promise<RunRead> {
  const { rows } = await ground.sql.query<RunRow>(`${SELECT} WHERE r.id = $1`, [run]);
  const row = numbered(found(rows[0], say`There is no run ${run}.`));
  const [progress, leftOut] = [await runProgress(ground, run), await leftOutOf(ground.sql, run)];
  const { corrects, corrections } = await runSummary(ground, run);
  return { ...row, progress, leftOut, corrects, corrections };
}

const numbered = (row: RunRow): RunRow => ({ ...row, run: BigInt(row.run) });
