import { audit } from '../access/audit.ts';
import { defaultZone } from '../access/default-zone.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { formatMoment } from '../i18n.ts';
import { say } from '../say.ts';
import type { Limit } from './throttle.ts';

/** How a sender domain that is new to its receivers becomes known: so many mails, and each day more. */
export interface WarmupPlan {
  domain: string;
  /** Mails in the first 24 hours. */
  first: number;
  /** By what the ceiling is multiplied after each day that was used. */
  growth: number;
  /** The ceiling that ends it, once a day at it was used. */
  goal: number;
}

export interface Warmup extends WarmupPlan {
  /** Mails in any 24 hours now. */
  ceiling: number;
  /** What was sent since midnight in the office. */
  sent: number;
  startedAt: Date;
  endedAt: Date | null;
  days: { day: string; ceiling: number; sent: number }[];
}

/** 50 grown by half a day is over 100,000 on the twentieth: about what mail services advise. */
export const USUAL = { first: 50, growth: 1.5, goal: 100_000 };
/** Only a day on which so much of the ceiling was used makes the domain better known. */
const USED = 0.5;
const DAY_SECONDS = 86_400;

/** Its days begin at midnight of the office's zone. */
type Zoned = Pick<Ground, 'sql' | 'config'>;

const keyOf = (domain: string) => `warmup:${domain}`;

/**
 * Starts a warm-up, or starts it anew.
 * @throws Refusal for numbers that will not do
 */
export async function startWarmup(ground: Zoned, plan: WarmupPlan, actor: string): Promise<void> {
  requirePlan(plan);
  const { domain, first, growth, goal } = plan;
  const zone = await defaultZone(ground);
  await transaction(ground.sql, async (connection) => {
    await connection.query('DELETE FROM warmup_day WHERE domain = $1', [domain]);
    await connection.query(
      `INSERT INTO warmup (domain, first, growth, goal, ceiling, day, base)
       VALUES ($1, $2, $3, $4, $2, (now() AT TIME ZONE $5)::date, ${SENT_SO_FAR})
       ON CONFLICT (domain) DO UPDATE SET first = excluded.first, growth = excluded.growth, goal = excluded.goal,
         ceiling = excluded.ceiling, day = excluded.day, base = excluded.base, started_at = now(), ended_at = NULL`,
      [domain, first, growth, goal, zone],
    );
    await note(connection, { actor, domain, action: 'warmup.started', after: { first, growth, goal } });
  });
}

const SENT_SO_FAR = `(SELECT coalesce(sum(k.sent + k.unknown), 0)::bigint
  FROM run r JOIN run_counter k ON k.run = r.id WHERE r.sender_domain = $1)`;

function requirePlan({ domain, first, growth, goal }: WarmupPlan): void {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))
    throw new Refusal(say`${JSON.stringify(domain)} is no domain. Name the one after the @ of the sender.`);
  if (!Number.isInteger(first) || first < 1 || !Number.isInteger(goal) || goal < first || goal > 1e9)
    throw new Refusal(
      say`A warm-up begins with at least 1 mail a day and grows to a goal that is no smaller.`,
    );
  if (!(growth >= 1.05 && growth <= 3))
    throw new Refusal(say`A warm-up grows by 1.05 to 3 times a day; 1.5 is usual, and 2 is bold.`);
}

/** @throws Refusal when the domain has none under way */
export async function endWarmup({ sql }: Pick<Ground, 'sql'>, domain: string, actor: string): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query(
      'UPDATE warmup SET ended_at = now() WHERE domain = $1 AND ended_at IS NULL RETURNING ceiling',
      [domain],
    );
    const { ceiling } = found(rows[0], say`${domain} has no warm-up under way.`);
    await note(connection, { actor, domain, action: 'warmup.ended', after: { ceiling } });
    await clearReason(connection, domain);
  });
}

/** Every warm-up, those under way first, with what was sent on each day. */
export async function listWarmups({ sql }: Pick<Ground, 'sql'>): Promise<Warmup[]> {
  const { rows } = await sql.query<Warmup & { base: string }>(
    `SELECT domain, first, growth, goal, ceiling, base, started_at AS "startedAt", ended_at AS "endedAt",
            (SELECT coalesce(json_agg(json_build_object('day', d.day, 'ceiling', d.ceiling, 'sent', d.sent)
               ORDER BY d.day), '[]') FROM warmup_day d WHERE d.domain = w.domain) AS days
       FROM warmup w ORDER BY ended_at IS NULL DESC, domain`,
  );
  const all: Warmup[] = [];
  for (const { base, ...warmup } of rows)
    all.push({ ...warmup, sent: (await sentBy(sql, warmup.domain)) - Number(base) });
  return all;
}

async function sentBy(sql: Queryable, domain: string): Promise<number> {
  const { rows } = await sql.query(`SELECT ${SENT_SO_FAR}::float8 AS n`, [domain]);
  return rows[0].n;
}

/** The ceiling of a sender domain as a limit of all its accounts together; none when it has no warm-up. */
export async function warmupLimits(sql: Queryable, domain: string): Promise<Limit[]> {
  const { rows } = await sql.query('SELECT ceiling FROM warmup WHERE domain = $1 AND ended_at IS NULL', [
    domain,
  ]);
  return rows.map(({ ceiling }) => ({ n: ceiling, seconds: DAY_SECONDS, key: keyOf(domain) }));
}

/**
 * Closes days that are over and lets the ceiling grow where the day was used; says with the runs that
 * wait how long. Missing a turn does no harm: a day that nobody closed counts as one.
 */
export async function turnWarmups(ground: Zoned): Promise<void> {
  const { rows } = await ground.sql.query('SELECT domain FROM warmup WHERE ended_at IS NULL');
  if (!rows.length) return;
  const zone = await defaultZone(ground);
  for (const { domain } of rows) {
    await transaction(ground.sql, async (connection) => {
      await closeDay(connection, { domain, zone });
      await tellWaiting(connection, { domain, zone });
    });
  }
}

interface Turning {
  domain: string;
  zone: string;
}

async function closeDay(connection: Connection, { domain, zone }: Turning): Promise<void> {
  const { rows } = await connection.query(
    `SELECT day::text AS day, ceiling, growth, goal, base FROM warmup
      WHERE domain = $1 AND ended_at IS NULL AND day < (now() AT TIME ZONE $2)::date FOR UPDATE`,
    [domain, zone],
  );
  const [open] = rows;
  if (!open) return;
  const total = await sentBy(connection, domain);
  const sent = total - Number(open.base);
  const used = sent >= open.ceiling * USED;
  await connection.query(
    `INSERT INTO warmup_day (domain, day, ceiling, sent) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [domain, open.day, open.ceiling, sent],
  );
  const grown = used ? Math.min(open.goal, Math.ceil(open.ceiling * open.growth)) : open.ceiling;
  await connection.query(
    `UPDATE warmup SET ceiling = $2, day = (now() AT TIME ZONE $4)::date, base = $3,
            ended_at = CASE WHEN $5 THEN now() END WHERE domain = $1`,
    [domain, grown, total, zone, used && open.ceiling >= open.goal],
  );
}

/** How the reason of a warm-up begins. */
const REASON = 'Warm-up of ';

async function tellWaiting(connection: Connection, { domain, zone }: Turning): Promise<void> {
  const { rows } = await connection.query(
    `SELECT w.ceiling, coalesce(sum(g.n), 0)::int AS granted,
            least(min(g.at) + interval '24 hours',
                  CASE WHEN w.ceiling < w.goal
                       THEN date_trunc('day', now() AT TIME ZONE $3) AT TIME ZONE $3 + interval '1 day' END) AS until
       FROM warmup w LEFT JOIN rate_grant g ON g.key = $2 AND g.at > now() - interval '24 hours'
      WHERE w.domain = $1 AND w.ended_at IS NULL GROUP BY w.ceiling, w.goal`,
    [domain, keyOf(domain), zone],
  );
  const [now] = rows;
  if (!now || now.granted < now.ceiling) return clearReason(connection, domain);
  await connection.query(
    `UPDATE run SET reason = $2 WHERE sender_domain = $1 AND state = 'running' AND reason IS DISTINCT FROM $2`,
    [domain, String(reasonOf(domain, now.ceiling, formatMoment(now.until, 'en', zone)))],
  );
}

const reasonOf = (domain: string, ceiling: number, until: string) =>
  say`Warm-up of ${domain}: the ${ceiling} mails of 24 hours have gone. It goes on by itself on ${until}.`;

async function clearReason(connection: Connection, domain: string): Promise<void> {
  await connection.query(
    `UPDATE run SET reason = NULL WHERE sender_domain = $1 AND state = 'running' AND starts_with(reason, $2)`,
    [domain, REASON],
  );
}

interface Noted {
  actor: string;
  domain: string;
  action: string;
  after: unknown;
}

const note = (connection: Connection, { actor, domain, action, after }: Noted) =>
  audit(connection, { actor, action, subjectType: 'sender-domain', subjectId: domain, after });
