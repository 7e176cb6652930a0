import { type Connection, type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { type Language, languages, translate } from '../i18n.ts';
import { say } from '../say.ts';
import { ENGINE } from './mark.ts';
import { sendNotice } from './notices.ts';
import { percent, type SenderRate, senderRates, WINDOW_DAYS } from './rates.ts';
import { moveRun } from './runs.ts';

type Kind = 'complaints' | 'bounces';
type Level = 'alarm' | 'pause';

/** An alarm that stands. */
export interface Alarm {
  senderDomain: string;
  kind: Kind;
  level: Level;
  count: number;
  sent: number;
  raisedAt: Date;
}

/**
 * Complaints: Google and Yahoo ask senders to stay below 0.1 % and filter from 0.3 % on. Hard bounces:
 * Amazon SES looks into an account at 5 % and stops it at 10 %; others are much alike.
 *
 * `least`: one or two people are no rate. Of a thousand mails three complaints are 0.3 %; at half the rate
 * that is allowed so many come by chance once in seventy times. Of two hundred mails twenty bounces are 10 %.
 */
const LIMITS: Record<Kind, { alarm: number; pause: number; least: number }> = {
  complaints: { alarm: 0.1, pause: 0.3, least: 3 },
  bounces: { alarm: 5, pause: 10, least: 20 },
};
const KINDS = Object.keys(LIMITS) as Kind[];

type AlarmGround = Pick<Ground, 'sql' | 'db' | 'queues' | 'config' | 'clock' | 'log'>;

/**
 * Raises and ends alarms by the rates of now, pauses what a sender domain has running where they are too
 * high, and writes to those who can do something. Each run is paused once: who lets it go on has decided.
 */
export async function checkDeliverability(ground: AlarmGround): Promise<void> {
  for (const rate of await senderRates(ground)) {
    for (const kind of KINDS) await checkOne(ground, rate, kind);
  }
}

/** Alarms that stand now, the newest first. */
export async function openAlarms(sql: Queryable): Promise<Alarm[]> {
  const { rows } = await sql.query<Alarm>(
    `SELECT sender_domain AS "senderDomain", kind, level, count, sent, raised_at AS "raisedAt"
       FROM deliverability_alarm WHERE ended_at IS NULL ORDER BY raised_at DESC`,
  );
  return rows;
}

async function checkOne(ground: AlarmGround, rate: SenderRate, kind: Kind): Promise<void> {
  const figures = figuresOf(rate, kind);
  const level = levelOf(kind, figures);
  const grown = await transaction(ground.sql, async (connection) => {
    if (!level) return endAlarm(connection, rate.domain, kind);
    const raised = await raiseAlarm(connection, { ...figures, senderDomain: rate.domain, kind, level });
    if (raised.level === 'pause') await pauseRuns(connection, { ...raised, senderDomain: rate.domain, kind });
    return raised.grown ? raised.level : null;
  });
  if (grown) await tellStaff(ground, { ...figures, senderDomain: rate.domain, kind, level: grown });
}

interface Figures {
  count: number;
  sent: number;
}

function figuresOf({ sent, complaints, hardBounces }: SenderRate, kind: Kind): Figures {
  return { sent, count: kind === 'complaints' ? complaints : hardBounces };
}

function levelOf(kind: Kind, { count, sent }: Figures): Level | null {
  const { alarm, pause, least } = LIMITS[kind];
  if (count < least || percent(count, sent) < alarm) return null;
  return percent(count, sent) >= pause ? 'pause' : 'alarm';
}

async function endAlarm(connection: Connection, domain: string, kind: Kind): Promise<null> {
  await connection.query(
    'UPDATE deliverability_alarm SET ended_at = now() WHERE sender_domain = $1 AND kind = $2 AND ended_at IS NULL',
    [domain, kind],
  );
  return null;
}

type Raising = Omit<Alarm, 'raisedAt'>;

/** An alarm that stands grows and does not shrink before it ends. */
async function raiseAlarm(connection: Connection, alarm: Raising) {
  const { senderDomain, kind, level, count, sent } = alarm;
  const { rows: before } = await connection.query<{ level: Level }>(
    `SELECT level FROM deliverability_alarm WHERE sender_domain = $1 AND kind = $2 AND ended_at IS NULL FOR UPDATE`,
    [senderDomain, kind],
  );
  const { rows } = await connection.query<{ id: string; level: Level; paused: string[] }>(
    `INSERT INTO deliverability_alarm AS a (sender_domain, kind, level, count, sent) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (sender_domain, kind) WHERE ended_at IS NULL DO UPDATE
       SET level = CASE WHEN a.level = 'pause' THEN a.level ELSE excluded.level END,
           count = excluded.count, sent = excluded.sent
     RETURNING id, level, paused`,
    [senderDomain, kind, level, count, sent],
  );
  const [now] = rows as [(typeof rows)[number]];
  return { ...now, count, sent, grown: before[0]?.level !== now.level };
}

type Raised = Awaited<ReturnType<typeof raiseAlarm>> & Pick<Alarm, 'senderDomain' | 'kind'>;

async function pauseRuns(connection: Connection, raised: Raised): Promise<void> {
  const { rows } = await connection.query<{ id: string }>(
    `SELECT id FROM run WHERE sender_domain = $1 AND state = 'running' AND NOT id = ANY ($2::bigint[]) FOR UPDATE`,
    [raised.senderDomain, raised.paused],
  );
  for (const { id } of rows)
    await moveRun(connection, { run: BigInt(id), to: 'paused', actor: ENGINE, reason: reasonOf(raised) });
  await connection.query('UPDATE deliverability_alarm SET paused = paused || $2::bigint[] WHERE id = $1', [
    raised.id,
    rows.map(({ id }) => id),
  ]);
}

function reasonOf({ kind, count, sent, senderDomain }: Raised): string {
  const share = `${percent(count, sent)} % (${count} of ${sent})`;
  const what =
    kind === 'complaints'
      ? say`${share} of those who got mail from ${senderDomain} in ${WINDOW_DAYS} days complained`
      : say`${share} of the addresses that ${senderDomain} wrote to in ${WINDOW_DAYS} days do not exist`;
  return String(
    say`Paused by the engine: ${what}, and receivers stop such senders at ${LIMITS[kind].pause} %. Find the cause, then resume it.`,
  );
}

const TOLD = ['administrator', 'approver'];

/** In both languages, because nobody said which one staff read. */
async function tellStaff(ground: AlarmGround, alarm: Raising): Promise<void> {
  const { senderDomain: domain, kind, level, count, sent } = alarm;
  const values = { domain, count, sent, days: WINDOW_DAYS, share: `${percent(count, sent)} %` };
  const inLanguage = (language: Language) => [
    translate(language, `alarm.${kind}`, values),
    translate(language, `alarm.${level}`, values),
  ];
  const paragraphs = languages.flatMap(inLanguage);
  const people = await ground.db.user.findMany({ where: { roles: { hasSome: TOLD }, disabledAt: null } });
  for (const { email } of people)
    await sendNotice(ground, {
      ...{ kind: 'deliverability', address: email, language: 'en', priority: 50 },
      subject: translate('en', 'alarm.subject', values),
      html: paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n'),
      text: `${paragraphs.join('\n\n')}\n`,
    });
  ground.log.warn(
    { domain, kind, level, count, sent },
    'mails of a sender domain draw too many complaints or bounces',
  );
}

const escapeHtml = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
