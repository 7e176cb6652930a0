import type { Queryable } from '../db.ts';
import type { RunState } from '../deliveries/states.ts';
import { found } from '../errors.ts';
import { say } from '../say.ts';
import type { Audience } from './audience.ts';
import { type CorrectionOf, correctionsOf } from './corrections.ts';
import type { UnknownPolicy } from './messages.ts';

/** Whose run it is: what stands above its figures. */
export interface RunHead {
  run: bigint;
  state: RunState;
  dueAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  reason: string | null;
  unknownPolicy: UnknownPolicy;
  senderDomain: string;
  /** Null for a run that no campaign made. */
  messageId: string | null;
  /** `post` for a run that publishes; null for a run that no campaign made. */
  channel: string | null;
  message: string | null;
  campaignId: string | null;
  campaign: string | null;
  audience: Audience | null;
  /** Under which it went. */
  reference: string | null;
  approvedBy: string | null;
  corrects: string | null;
  corrections: CorrectionOf[];
}

/** @throws Refusal (404) when there is no such run */
export async function runHead(sql: Queryable, run: bigint): Promise<RunHead> {
  const { rows } = await sql.query<Omit<RunHead, 'corrections'>>(HEAD, [run]);
  const head = found(rows[0], say`There is no run ${run}.`);
  return { ...head, run, corrections: await correctionsOf(sql, run) };
}

const HEAD = `
SELECT r.id AS run, r.state::text AS state, r.due_at AS "dueAt", r.started_at AS "startedAt", r.ended_at AS "endedAt",
       r.reason, r.unknown_policy::text AS "unknownPolicy", r.sender_domain AS "senderDomain",
       m.id AS "messageId", m.channel, m.name AS message, c.id AS "campaignId", c.name AS campaign, m.audience,
       a.reference, u.email AS "approvedBy", m.corrects_run::text AS corrects
  FROM run r
  LEFT JOIN message m ON m.id = r.message_id
  LEFT JOIN campaign c ON c.id = m.campaign_id
  LEFT JOIN LATERAL (
    SELECT reference, user_id FROM approval
     WHERE message_id = m.id AND at <= coalesce(r.started_at, 'infinity') ORDER BY at DESC LIMIT 1) a ON true
  LEFT JOIN app_user u ON u.id = a.user_id
 WHERE r.id = $1`;

/** One thing that happened to a run. */
export interface RunEvent {
  at: Date;
  actor: string;
  action: string;
  after: Record<string, unknown> | null;
}

/** What happened to a run by people and by the engine, the latest first. */
export async function runLog(sql: Queryable, run: bigint, limit: number): Promise<RunEvent[]> {
  const { rows } = await sql.query<RunEvent>(
    `SELECT at, actor, action, after FROM audit_entry
      WHERE subject_type = 'run' AND subject_id = $1 ORDER BY id DESC LIMIT $2`,
    [String(run), limit],
  );
  return rows;
}
