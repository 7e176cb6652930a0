/** That this sender is alive, that the database is not older than its last send, and that no hand is on everything. */
export const mayGo = (epoch: string, mark: string): string => `
     EXISTS (SELECT FROM worker w WHERE w.epoch = ${epoch} AND w.ended_at IS NULL)
     AND EXISTS (SELECT FROM setting s WHERE s.key = 'send-mark' AND (s.value #>> '{}')::bigint >= ${mark})
     AND ${NOT_HELD}`;

/** That no hand is on everything now. */
export const NOT_HELD = `NOT EXISTS (SELECT FROM hold h WHERE h.lifted_at IS NULL AND h.from_at <= now()
                        AND (h.until_at IS NULL OR h.until_at > now()))`;
