import type { Connection } from '../db.ts';
import { setUses } from '../media/assets.ts';

/** One version of a message. */
export interface Place {
  messageId: string;
  version: number;
}

/** Versions that somebody may still look up: the one that holds, and those that a run has sent. */
const KEPT = `
  SELECT $2::int AS version UNION
  SELECT version FROM run WHERE message_id = $1 AND started_at IS NOT NULL`;

/** A draft that was never sent keeps nothing in the library: who withdraws a consent must be heard. */
export async function forgetFiles(connection: Connection, { messageId, version }: Place): Promise<void> {
  await connection.query(`DELETE FROM message_file WHERE message_id = $1 AND version NOT IN (${KEPT})`, [
    messageId,
    version,
  ]);
}

/** Tells the library what a message shows and carries, in the version that holds now and in those sent. */
export async function settleUses(connection: Connection, { messageId, version }: Place): Promise<void> {
  const { rows } = await connection.query<{ id: string }>(
    `WITH kept AS (${KEPT}), shown AS (
       SELECT DISTINCT (regexp_matches(html || ' ' || source, '/m/([0-9a-f]{64})[-.]', 'g'))[1] AS hash
         FROM message_version WHERE message_id = $1 AND version IN (SELECT version FROM kept))
     SELECT id FROM asset WHERE hash IN (SELECT hash FROM shown) UNION
     SELECT asset_id FROM message_file WHERE message_id = $1`,
    [messageId, version],
  );
  const ids = rows.map(({ id }) => id);
  await setUses(connection, ids, { type: 'message', id: messageId });
}
