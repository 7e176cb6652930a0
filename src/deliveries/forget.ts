import type { Ground } from '../ground.ts';

/** Runs that ended so many days before the limit were seen to on an earlier day. */
const SEEN_TO_DAYS = 7;

export interface Forgotten {
  notices: number;
  replies: number;
}

/**
 * After KEEP_NOTICES_DAYS ended notices go, and with them the addresses and codes they hold, and so do the
 * words of mail servers about a run, which name addresses, and what networks told of messages. The ledger itself holds hashes and stays.
 */
export async function forgetMailed({
  sql,
  clock,
  config,
}: Pick<Ground, 'sql' | 'clock' | 'config'>): Promise<Forgotten> {
  const when = [clock.now(), config.KEEP_NOTICES_DAYS];
  const notices = await sql.query(
    'DELETE FROM notice WHERE ended_at < $1::timestamptz - make_interval(days => $2)',
    when,
  );
  const replies = await sql.query(
    `UPDATE delivery SET reply = NULL FROM run
      WHERE run.id = delivery.run AND delivery.reply IS NOT NULL
        AND run.ended_at < $1::timestamptz - make_interval(days => $2)
        AND run.ended_at > $1::timestamptz - make_interval(days => $2 + $3)`,
    [...when, SEEN_TO_DAYS],
  );
  await sql.query(
    'DELETE FROM phone_report WHERE applied_at IS NOT NULL AND taken_at < $1::timestamptz - make_interval(days => $2)',
    when,
  );
  return { notices: notices.rowCount ?? 0, replies: replies.rowCount ?? 0 };
}
