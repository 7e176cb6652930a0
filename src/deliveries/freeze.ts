import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { freezeSql } from './audience.sql.ts';
import { type Canary, chooseCanary } from './canary.ts';
import { writtenIn } from './language.sql.ts';
import { belongs, excluded, pressed, resting, type TargetedRun, type Targets, unproven } from './left-out.ts';
import { cutRanges, queueRanges } from './ranges.ts';
import { type Correction, insertReceivers, noteUnreached } from './receivers.ts';

/** Who a run is for and what it says to them. */
export interface FreezePlan extends Targets {
  /** Languages to fall back to, in order, for a contact without one or with one we have no text in. */
  fallback: string[];
  /** By language, as its channel's sender reads them. */
  contents: Record<string, object>;
  /** Those who received this run, instead of lists and segments. */
  corrects?: Correction | undefined;
  /** Who goes first, when the audience is large enough for it. */
  canary?: Canary | undefined;
}

export interface Frozen {
  total: number;
  leftOut: Record<string, number>;
}

/**
 * Freezes a planned run's audience and starts it: one INSERT … SELECT with exclusions, contact pressure,
 * consent and suppression applied, dense sequence numbers, a language for each. All or nothing; two at once do it once.
 * @throws Refusal when the run is not planned, or a fallback language has no text
 */
export async function freezeRun(
  ground: Pick<Ground, 'sql' | 'queues' | 'clock'>,
  runId: bigint,
  plan: FreezePlan,
): Promise<Frozen> {
  const missing = plan.fallback.find((language) => !plan.contents[language]);
  if (missing || !plan.fallback.length)
    throw new Refusal(
      say`Run ${runId} has no text in its fallback language ${missing ?? say`(none is set)`}.`,
    );
  const frozen = await transaction(ground.sql, async (connection) => {
    const now = ground.clock.now();
    const run = await begin(connection, runId, now);
    await keepContents(connection, runId, plan.contents);
    await connection.query("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off");
    const { total, leftOut } = await decide(connection, { run, plan, now });
    const canary = await chooseCanary(connection, runId, { total, wish: plan.canary });
    await cutRanges(connection, runId, { total, canary });
    await connection.query(
      "UPDATE run SET state = 'running', total = $2, reason = coalesce($3, reason) WHERE id = $1",
      [runId, total, total ? null : nobody(leftOut)],
    );
    return { total, leftOut };
  });
  await queueRanges(ground, runId);
  return frozen;
}

/** Why a run ends at once. A run of nobody and one of everybody's withdrawal would look the same. */
const nobody = (leftOut: Frozen['leftOut']): string =>
  String(
    Object.keys(leftOut).length
      ? say`Nobody got it: all who were to were left out.`
      : say`Nobody got it: nobody was on its lists or in its segments when it started.`,
  );

/**
 * Every table is read in the order of its contacts, by its key, and merged: at a million, hash tables no
 * longer fit a processor's cache, and each look into one costs more than the step to the next row. Where
 * rows do not lie in the order of their key the planner sorts them, which costs about what hashing did.
 */
const PLANNING =
  'SET LOCAL random_page_cost = 1.1; SET LOCAL enable_hashjoin = off; SET LOCAL enable_hashagg = off';
const USUAL_PLANNING =
  'SET LOCAL random_page_cost TO DEFAULT; SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_hashagg TO DEFAULT';

interface Freezing {
  run: TargetedRun;
  plan: FreezePlan;
  now: Date;
}

async function begin(connection: Connection, runId: bigint, now: Date): Promise<TargetedRun> {
  const { rows } = await connection.query(
    "UPDATE run SET state = 'freezing', started_at = $2 WHERE id = $1 AND state = 'planned' RETURNING channel, purpose",
    [runId, now],
  );
  if (!rows[0])
    throw new Refusal(
      say`Run ${runId} is not planned, so it cannot start. See its state with "campaign status".`,
      409,
    );
  await connection.query('SELECT ensure_delivery_partition($1)', [runId]);
  return { id: runId, ...rows[0] };
}

async function keepContents(
  connection: Connection,
  runId: bigint,
  contents: FreezePlan['contents'],
): Promise<void> {
  for (const [language, mail] of Object.entries(contents)) {
    await connection.query('INSERT INTO run_content (run_id, language, mail) VALUES ($1, $2, $3)', [
      ...[runId, language, JSON.stringify(mail)],
    ]);
  }
}

/** Who is sent to and who is not, and why. */
async function decide(connection: Connection, { run, plan, now }: Freezing): Promise<Frozen> {
  const written = writtenIn(plan);
  if (plan.corrects) {
    const total = await insertReceivers(connection, run, { corrects: plan.corrects, written, now });
    return { total, leftOut: await noteUnreached(connection, run, { corrects: plan.corrects, now }) };
  }
  const values: unknown[] = [run.id, run.channel, run.purpose, written, written[0]];
  const asked = { run, targets: plan, now, values };
  const [rest, press] = [await resting(connection, asked), await pressed(connection, asked)];
  const without = [...excluded(asked), ...unproven(asked), ...rest, ...press];
  const wanted = belongs(plan, values, now);
  await connection.query(PLANNING);
  const { rows } = await connection.query<Record<string, number>>(freezeSql({ wanted, without }), values);
  await connection.query(USUAL_PLANNING);
  const { total = 0, ...leftOut } = rows[0] ?? {};
  return { total, leftOut: Object.fromEntries(Object.entries(leftOut).filter(([, n]) => n > 0)) };
}
