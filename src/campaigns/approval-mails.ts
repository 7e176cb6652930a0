import { z } from 'zod';
import { zoneOfUser } from '../access/default-zone.ts';
import { changeSetting, readSetting, type Setting } from '../access/settings.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { queueNotice } from '../deliveries/notices.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { formatMoment, type Language } from '../i18n.ts';
import { say } from '../say.ts';
import { writeNotice } from './notice-letters.ts';
import { type RequestLine, readRequest } from './request-list.ts';
import { inWords } from './words.ts';

const hours = z.number().min(1).max(720);
const shape = z.object({ remindHours: hours, escalateHours: hours });
/** After how many hours whoever is asked is reminded, again and again, and when the deputy is asked too. */
export type ReminderHours = z.infer<typeof shape>;

const REMINDERS: Setting<ReminderHours> = {
  ...{ key: 'approval-reminders', action: 'approvals.reminders', shape },
  usual: { remindHours: 24, escalateHours: 48 },
};
/** Nobody is reminded more often than this of one request. */
const MOST_REMINDERS = 5;

type MailGround = Pick<Ground, 'sql' | 'clock' | 'config' | 'log'>;

export const reminderHours = (sql: Queryable): Promise<ReminderHours> => readSetting(sql, REMINDERS);

/** @throws Refusal for hours that will not do */
export async function setReminderHours(
  { sql }: Pick<Ground, 'sql'>,
  wish: ReminderHours,
  actor: string,
): Promise<void> {
  const read = shape.safeParse(wish);
  if (!read.success) throw new Refusal(say`Say 1 to 720 hours for each.`);
  const change = () => read.data;
  await transaction(sql, (connection) => changeSetting(connection, REMINDERS, { change, actor }));
}

/**
 * Reminds of requests that wait, asks deputies, and writes the mails of what happened to requests. Each
 * event becomes its notices in the transaction that marks it handled, so that each is told once.
 * @returns how many events were told
 */
export async function tellApprovals(ground: MailGround): Promise<number> {
  await transaction(ground.sql, async (connection) => remind(connection, ground));
  let told = 0;
  while (await transaction(ground.sql, (connection) => tellNext(connection, ground))) told++;
  return told;
}

/** The clock of a request: reminded every so often, once passed on to the deputy. */
async function remind(connection: Connection, { clock }: MailGround): Promise<void> {
  const { remindHours, escalateHours } = await reminderHours(connection);
  const now = clock.now();
  await connection.query(
    `WITH due AS (
       UPDATE approval_request SET reminded_at = $1, reminders = reminders + 1
        WHERE state = 'open' AND reminders < ${MOST_REMINDERS}
          AND coalesce(reminded_at, asked_at) <= $1::timestamptz - make_interval(secs => $2 * 3600) RETURNING id
     ) INSERT INTO outbox (event, payload) SELECT 'approval.reminder', jsonb_build_object('request', id) FROM due`,
    [now, remindHours],
  );
  await connection.query(
    `WITH due AS (
       UPDATE approval_request q SET escalated_at = $1 FROM app_user p
        WHERE q.state = 'open' AND q.escalated_at IS NULL AND p.id = q.approver_id
          AND coalesce(q.deputy_id, p.deputy_id) IS NOT NULL
          AND q.asked_at <= $1::timestamptz - make_interval(secs => $2 * 3600) RETURNING q.id
     ) INSERT INTO outbox (event, payload) SELECT 'approval.escalated', jsonb_build_object('request', id) FROM due`,
    [now, escalateHours],
  );
}

const LETTERS: Record<string, { letter: string; to: 'approver' | 'deputy' | 'asker' }> = {
  'approval.asked': { letter: 'approval-asked', to: 'approver' },
  'approval.reminder': { letter: 'approval-reminder', to: 'approver' },
  'approval.escalated': { letter: 'approval-deputy', to: 'deputy' },
  'approval.returned': { letter: 'approval-returned', to: 'asker' },
  'approval.given': { letter: 'approval-given', to: 'asker' },
};

async function tellNext(connection: Connection, ground: MailGround): Promise<boolean> {
  const { rows } = await connection.query<{ id: string; event: string; request: string }>(
    `SELECT id, event, payload->>'request' AS request FROM outbox
      WHERE handled_at IS NULL AND event LIKE 'approval.%' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  const [event] = rows;
  if (!event) return false;
  await connection.query('UPDATE outbox SET handled_at = $2 WHERE id = $1', [event.id, ground.clock.now()]);
  const request = await readRequest({ sql: connection, clock: ground.clock }, event.request);
  const wish = LETTERS[event.event];
  if (!request || !wish) return true;
  // A reminder of what was decided meanwhile would only puzzle.
  if (wish.to !== 'asker' && request.state !== 'open') return true;
  for (const reader of await readersOf(connection, {
    request,
    to: wish.to,
    usual: ground.config.DEFAULT_ZONE,
  }))
    await write(connection, ground, { request, letter: wish.letter, reader });
  return true;
}

interface Reader {
  email: string;
  name: string;
  language: Language;
  zone: string;
}

/** While the approver is away their deputy is asked; where nobody is wished, everybody who may decide. */
async function readersOf(
  sql: Queryable,
  { request, to, usual }: { request: RequestLine; to: 'approver' | 'deputy' | 'asker'; usual: string },
): Promise<Reader[]> {
  const { approverId, approverAwayUntil, deputyId } = request;
  const asked = to === 'deputy' || (approverAwayUntil && deputyId) ? deputyId : approverId;
  const { rows } = await sql.query<Reader>(
    `SELECT email, name, language, ${zoneOfUser('$5')} AS zone FROM app_user u
      WHERE disabled_at IS NULL AND CASE
        WHEN $1 = 'asker' THEN id = (SELECT asked_by FROM approval_request WHERE id = $2)
        WHEN $3::uuid IS NOT NULL THEN id = $3
        ELSE 'approver' = ANY(roles) AND id IS DISTINCT FROM $4::uuid END
      ORDER BY email LIMIT 20`,
    [to, request.id, asked, request.editedBy, usual],
  );
  return rows;
}

interface Writing {
  request: RequestLine;
  letter: string;
  reader: Reader;
}

async function write(
  connection: Connection,
  { config }: MailGround,
  { request, letter, reader }: Writing,
): Promise<void> {
  const { language, zone } = reader;
  const values = {
    ...{ name: reader.name, message: request.message, campaign: request.campaign },
    ...{
      asked_by: request.askedBy ?? '–',
      decided_by: request.decidedBy ?? '–',
      approver: request.approver ?? '–',
    },
    ...{ reference: request.reference ?? '', note: request.note ?? '', reason: request.reason ?? '' },
    schedule: request.schedule ? inWords(request.schedule, language) : '–',
    asked_at: formatMoment(request.askedAt, language, zone),
    page_url: `${config.publicUrl}/console/messages/${request.messageId}/approval`,
  };
  const said = await writeNotice({ sql: connection, config }, { name: letter, language, values });
  await queueNotice(connection, config, { kind: letter, address: reader.email, language, ...said });
}
