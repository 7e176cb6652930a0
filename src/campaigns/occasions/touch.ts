import type { Ground } from '../../ground.ts';
import { readTouchToken } from '../../links/touch.ts';

/** The campaign by whose link somebody began a page; null where none of ours brought them. */
export async function campaignOfTouch(
  { sql, keys }: Pick<Ground, 'sql' | 'keys'>,
  touch: string | null,
): Promise<{ id: string; name: string } | null> {
  const code = touch && readTouchToken(keys, touch);
  if (!code) return null;
  const { rows } = await sql.query<{ id: string; name: string }>(
    `SELECT c.id, c.name FROM link l JOIN message m ON m.id = l.message_id JOIN campaign c ON c.id = m.campaign_id WHERE l.code = $1`,
    [code],
  );
  return rows[0] ?? null;
}
