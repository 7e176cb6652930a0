import type { Posted, Report } from '../../../channels/reports.ts';
import { PHONE_CHANNEL } from '../../contacts/addresses.ts';
import { suppressAll } from '../../contacts/suppression.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { openPhoneAccount } from './accounts.ts';

/** Ours, as it comes back from a network: of a delivery or of a notice. */
const KEY = /^(?:d-(\d{1,18})-(\d{1,9})|n-([0-9a-f-]{36}))$/;

type HookGround = Pick<Ground, 'sql' | 'keys'>;

/**
 * Checks what a network posted and keeps what it tells; that is applied later.
 * @returns how many reports are new
 * @throws Refusal (403, 404) when nothing proves that it comes from there, or there is no such account
 */
export async function takeReports(ground: HookGround, accountId: string, posted: Posted): Promise<number> {
  const account = await openPhoneAccount(ground, accountId);
  const { reports } = account.network;
  if (!reports?.signed(posted, account.credentials))
    throw new Refusal('Its signature does not prove where this comes from. Nothing was recorded.', 403);
  const body = parsed(posted.body);
  const told = reports.read(body, account);
  if (!told) throw new Refusal('The body holds no reports.');
  await heedAnswers(ground.sql, account.channel, reports.leaving?.(body, account) ?? []);
  return recordReports(ground.sql, account.id, told);
}

/** Whoever answers that it is enough is written to no more by this channel, at once and whatever it is for. */
async function heedAnswers(sql: Queryable, channel: string, phones: string[]): Promise<void> {
  if (!phones.length) return;
  const { rows } = await sql.query<{ hash: string }>(
    `SELECT address_hash('${PHONE_CHANNEL}', phone) AS hash FROM unnest($1::text[]) AS phone`,
    [phones],
  );
  const said = { value: null, reason: 'unsubscribed', source: 'an answer', expiresAt: null };
  await suppressAll(
    sql,
    rows.map(({ hash }) => ({ channel, hash, ...said })),
  );
}

/** What a network wants to hear before it posts anything. @throws Refusal (403, 404) when it is not the one */
export async function greetNetwork(
  ground: HookGround,
  accountId: string,
  query: (name: string) => string | undefined,
): Promise<string> {
  const { network, credentials } = await openPhoneAccount(ground, accountId);
  const answer = network.reports?.greet?.(query, credentials) ?? null;
  if (answer === null) throw new Refusal('Whoever asks does not know what was agreed on.', 403);
  return answer;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('The body is no JSON.');
  }
}

/** Keeps those that are about messages of ours, each state of a message once. */
async function recordReports(sql: Queryable, accountId: string, told: Report[]): Promise<number> {
  const ours = told.filter(({ key }) => key !== null && KEY.test(key));
  const { rowCount } = await sql.query(
    `INSERT INTO phone_report (account_id, network_id, key, state, reason, code, at)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
     ON CONFLICT (account_id, network_id, state) DO NOTHING`,
    [
      accountId,
      ours.map(({ id }) => id),
      ours.map(({ key }) => key),
      ours.map(({ state }) => state),
      ours.map(({ failure }) => failure?.reason ?? null),
      ours.map(({ failure }) => failure?.code ?? null),
      ours.map(({ at }) => at),
    ],
  );
  return rowCount ?? 0;
}

interface Kept {
  id: string;
  account: string;
  key: string;
  state: Report['state'];
  reason: string | null;
}

/** So long is waited for the outcome of an attempt that is still on its way. */
const PATIENCE_MINUTES = 60;

/**
 * Does what the oldest reports say: an unknown outcome becomes known, what was accepted and did not arrive
 * has bounced, and whoever wants no more is suppressed. @returns how many were applied
 */
export async function applyReports({ sql }: Pick<Ground, 'sql'>, limit = 500): Promise<number> {
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM phone_report WHERE applied_at IS NULL ORDER BY id LIMIT $1',
    [limit],
  );
  let applied = 0;
  for (const { id } of rows) if (await transaction(sql, (connection) => applyOne(connection, id))) applied++;
  return applied;
}

async function applyOne(connection: Connection, id: string): Promise<boolean> {
  const { rows } = await connection.query<Kept & { old: boolean }>(
    `SELECT id, account_id AS account, key, state, reason, taken_at < now() - make_interval(mins => $2) AS old
       FROM phone_report WHERE id = $1 AND applied_at IS NULL FOR UPDATE SKIP LOCKED`,
    [id, PATIENCE_MINUTES],
  );
  const [report] = rows;
  if (!report) return false;
  const effect = await takeEffect(connection, report);
  if (effect === null && !report.old) return false;
  await connection.query('UPDATE phone_report SET applied_at = now(), effect = $2 WHERE id = $1', [
    id,
    effect ?? 'late',
  ]);
  return true;
}

/** @returns what was done; null while the attempt has no outcome yet */
async function takeEffect(connection: Connection, report: Kept): Promise<string | null> {
  const [, run, seq, notice] = KEY.exec(report.key) ?? [];
  if (notice) return toNotice(connection, report, notice);
  const { rows } = await connection.query<Delivery>(
    `SELECT d.state::text AS state, d.address_hash AS hash, r.channel FROM delivery d JOIN run r ON r.id = d.run
      WHERE d.run = $1 AND d.seq = $2 AND r.sender_domain = $3 FOR UPDATE OF d`,
    [run, seq, report.account],
  );
  const [delivery] = rows;
  if (!delivery) return 'none';
  if (delivery.state === 'sending') return null;
  const place = [run, seq];
  if (report.state !== 'failed') return settle(connection, { place, delivery, to: 'sent', reason: null });
  await suppressRefusing(connection, report, delivery);
  const to = delivery.state === 'unknown' ? 'failed' : 'bounced';
  return settle(connection, { place, delivery, to, reason: report.reason });
}

interface Delivery {
  state: string;
  hash: string;
  channel: string;
}

interface Settling {
  place: unknown[];
  delivery: Delivery;
  to: 'sent' | 'failed' | 'bounced';
  reason: string | null;
}

const FROM = { sent: 'unknown', failed: 'unknown', bounced: 'sent' };

/** What leaves `unknown` is added here; that it left, and what bounced, the trigger counts. */
async function settle(connection: Connection, { place, delivery, to, reason }: Settling): Promise<string> {
  if (delivery.state !== FROM[to]) return 'known';
  await connection.query(
    'UPDATE delivery SET state = $3::delivery_state, reason = $4, at = now() WHERE run = $1 AND seq = $2',
    [...place, to, reason],
  );
  if (to !== 'bounced')
    await connection.query(
      `INSERT INTO run_counter AS k (run, epoch, lane, sent, failed) VALUES ($1, 0, -5, $2, $3)
       ON CONFLICT (run, epoch, lane) DO UPDATE SET sent = k.sent + excluded.sent, failed = k.failed + excluded.failed`,
      [place[0], to === 'sent' ? 1 : 0, to === 'failed' ? 1 : 0],
    );
  return to;
}

/** Only who refuses our messages for good; who could not be reached may be another time. */
async function suppressRefusing(
  connection: Connection,
  { reason, key }: Kept,
  { channel, hash }: Pick<Delivery, 'channel' | 'hash'>,
): Promise<void> {
  if (reason !== 'recipient') return;
  const source = key.startsWith('d-') ? `run ${key.split('-')[1]}` : 'notice';
  await suppressAll(connection, [{ channel, value: null, hash, reason: 'refused', source, expiresAt: null }]);
}

async function toNotice(connection: Connection, report: Kept, id: string): Promise<string | null> {
  const { rows } = await connection.query<Delivery>(
    `SELECT state::text AS state, channel, address_hash('sms', address) AS hash FROM notice
      WHERE id::text = $1 AND phone->>'accountId' = $2 FOR UPDATE`,
    [id, report.account],
  );
  const notice = rows[0];
  if (!notice) return 'none';
  if (notice.state === 'sending') return null;
  const failed = report.state === 'failed';
  if (failed) await suppressRefusing(connection, report, notice);
  const { rowCount } = await connection.query(
    `UPDATE notice SET state = $2::notice_state, reply = coalesce($3, reply) WHERE id::text = $1
        AND (state = 'unknown' OR state = 'sent' AND $2 = 'failed')`,
    [id, failed ? 'failed' : 'sent', report.reason],
  );
  return rowCount ? (failed ? 'failed' : 'sent') : 'known';
}
