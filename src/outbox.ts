import type { Connection } from './db.ts';

/** Who does something about an event that several wait for. The event is handled when all of them have. */
const handlers: Record<string, string[]> = {
  'gift.paid': ['thanks', 'twins', 'consents'],
  'gift.refunded': ['told'],
};

/** An event that one handler has in hand. */
export interface Taken {
  id: string;
  payload: Record<string, string>;
}

/**
 * Takes the oldest event that a handler has not done yet, in the transaction that does it: what fails is
 * taken again, what was done is done once.
 *
 * @returns null when there is none, or others have them in hand
 */
export async function takeEvent(
  connection: Connection,
  { event, handler, now }: { event: string; handler: string; now: Date },
): Promise<Taken | null> {
  const { rows } = await connection.query<Taken>(
    `SELECT id, payload FROM outbox o
      WHERE handled_at IS NULL AND event = $1
        AND NOT EXISTS (SELECT FROM outbox_handled h WHERE h.outbox_id = o.id AND h.handler = $2)
      ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [event, handler],
  );
  const [taken] = rows;
  if (!taken) return null;
  const { rowCount } = await connection.query(
    'INSERT INTO outbox_handled (outbox_id, handler, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [taken.id, handler, now],
  );
  // Another did it between our look and our lock: what is next is asked for anew.
  if (!rowCount) return takeEvent(connection, { event, handler, now });
  await connection.query(
    `UPDATE outbox SET handled_at = $2 WHERE id = $1
        AND NOT EXISTS (SELECT FROM unnest($3::text[]) AS w(handler)
                         WHERE w.handler NOT IN (SELECT handler FROM outbox_handled WHERE outbox_id = $1))`,
    [taken.id, now, handlers[event] ?? [handler]],
  );
  return taken;
}
