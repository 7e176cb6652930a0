import type { Queryable } from '../db.ts';
import { listSocialAccounts, type SocialAccount } from '../deliveries/publications/accounts.ts';
import { renewsItself } from '../deliveries/publications/connected.ts';
import { listPublications, type Publication } from '../deliveries/publications/list.ts';
import type { Ground } from '../ground.ts';
import { type ReportClock, reportClocks } from '../pages/occasions/reports.ts';
import { type UnknownOutcomes, unknownOutcomes } from './waiting.ts';

/** A run that goes on only when somebody decides, or whose post no network would take. */
export interface StuckRun {
  run: string;
  state: 'asked' | 'late' | 'planned';
  reason: string | null;
  message: string;
  messageId: string;
  campaign: string;
  channel: string;
  dueAt: Date;
}

/** A registered text that a network does not let be sent, while a message that is yet to go is made from it. */
export interface StoppedTemplate {
  id: string;
  accountId: string;
  account: string;
  name: string;
  language: string;
  state: 'refused' | 'paused';
  reason: string | null;
  since: Date;
  /** Names of the messages. */
  messages: string[];
}

/** One thing that went wrong or waits for a decision, since when. */
export type Attention = { at: Date } & (
  | { kind: 'account'; why: 'lost' | 'ending'; account: SocialAccount }
  | { kind: 'post'; publication: Publication }
  | { kind: 'run'; run: StuckRun }
  | { kind: 'template'; template: StoppedTemplate }
  | { kind: 'outcomes'; outcomes: UnknownOutcomes }
  | { kind: 'report'; report: ReportClock }
);

const WEEK_MS = 7 * 86_400_000;
const MOST = 200;

/** Everything that needs a person, the oldest first. */
export async function needsAPerson(ground: Pick<Ground, 'sql' | 'clock'>): Promise<Attention[]> {
  const [accounts, publications, runs, reports, templates, outcomes] = await Promise.all([
    listSocialAccounts(ground),
    listPublications(ground, { open: true, limit: MOST }),
    stuckRuns(ground.sql, ground.clock.now()),
    reportClocks(ground.sql),
    stoppedTemplates(ground.sql),
    unknownOutcomes(ground),
  ]);
  const all: Attention[] = [
    ...accounts.flatMap((account) => ofAccount(account, ground.clock.now())),
    // What waits for an account that is lost is told with the account.
    ...publications
      .filter(({ state }) => state !== 'planned')
      .map((publication) => ({ kind: 'post' as const, publication, at: sinceOf(publication) })),
    ...runs.map((run) => ({ kind: 'run' as const, run, at: run.dueAt })),
    ...templates.map((template) => ({ kind: 'template' as const, template, at: template.since })),
    ...outcomes.map((one) => ({ kind: 'outcomes' as const, outcomes: one, at: one.at })),
    ...reports.map((report) => ({ kind: 'report' as const, report, at: report.at })),
  ];
  return all.sort((one, other) => one.at.getTime() - other.at.getTime());
}

const sinceOf = ({ intentAt, dueAt }: Publication): Date => intentAt ?? dueAt;

/** Whether an account that no program renews ends within a week. */
export const endsSoon = (
  { channel, expiresAt }: Pick<SocialAccount, 'channel' | 'expiresAt'>,
  now: Date,
): boolean => expiresAt !== null && !renewsItself(channel) && expiresAt.getTime() - now.getTime() < WEEK_MS;

function ofAccount(account: SocialAccount, now: Date): Attention[] {
  if (account.disabledAt || account.mode === 'hand') return [];
  if (account.lostAt) return [{ kind: 'account', why: 'lost', at: account.lostAt, account }];
  // Since when one is asked for it.
  const at = endsSoon(account, now) && account.expiresAt && new Date(account.expiresAt.getTime() - WEEK_MS);
  return at ? [{ kind: 'account', why: 'ending', at, account }] : [];
}

async function stuckRuns(sql: Queryable, now: Date): Promise<StuckRun[]> {
  const { rows } = await sql.query<StuckRun>(
    `SELECT r.id::text AS run, r.state::text AS state, r.reason, r.due_at AS "dueAt",
            m.name AS message, m.id AS "messageId", m.channel, c.name AS campaign
       FROM run r JOIN message m ON m.id = r.message_id JOIN campaign c ON c.id = m.campaign_id
      WHERE r.state IN ('asked', 'late')
         OR r.state = 'planned' AND m.channel <> 'email' AND r.due_at < $1 AND r.reason IS NOT NULL
      ORDER BY r.due_at LIMIT ${MOST}`,
    [now],
  );
  return rows;
}

/** A message to telephones has the name of its template for a subject. */
async function stoppedTemplates(sql: Queryable): Promise<StoppedTemplate[]> {
  const { rows } = await sql.query<StoppedTemplate>(
    `SELECT t.id, t.account_id AS "accountId", a.name AS account, t.name, t.language, t.state, t.reason,
            t.state_since AS since, array_agg(DISTINCT m.name ORDER BY m.name) AS messages
       FROM channel_template t
       JOIN account a ON a.id = t.account_id AND a.disabled_at IS NULL
       JOIN message m ON m.channel = a.channel AND m.from_address = a.id::text
                     AND m.archived_at IS NULL AND m.schedule IS NOT NULL
       JOIN message_version v ON v.message_id = m.id AND v.version = m.version AND v.language = t.language
                             AND v.subject = t.name
      WHERE t.state IN ('refused', 'paused')
        AND (m.schedule ->> 'kind' = 'cron'
             OR NOT EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.state IN ('finished', 'cancelled')))
      GROUP BY t.id, a.id ORDER BY t.state_since LIMIT ${MOST}`,
  );
  return rows;
}
