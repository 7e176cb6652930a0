import { openFiles } from '../../files.ts';
import type { Ground } from '../../ground.ts';

type Needs = Pick<Ground, 'sql' | 'clock' | 'config'>;

/** So long a page that was never asked for can be taken up again. */
const DRAFT_DAYS = 60;
/** After so long nobody asks from where a page was made. */
const PLACE_DAYS = 30;

/**
 * Forgets what nobody comes back for: pages that were begun and never proven, from where pages were made, and
 * the files of photographs that no page shows any more. For the clock.
 * @returns how many pages
 */
export async function tidyOccasions({ sql, clock, config }: Needs): Promise<number> {
  const now = clock.now();
  await sql.query(
    `UPDATE occasion SET made_from = NULL WHERE made_from IS NOT NULL AND made_at < $1::timestamptz - make_interval(days => $2)`,
    [now, PLACE_DAYS],
  );
  const { rowCount } = await sql.query(
    `DELETE FROM occasion o WHERE o.state = 'draft' AND o.saved_at < $1::timestamptz - make_interval(days => $2)
        AND NOT EXISTS (SELECT FROM occasion_keeper k WHERE k.occasion_id = o.id AND k.verified_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM gift_order g WHERE g.occasion_id = o.id)`,
    [now, DRAFT_DAYS],
  );
  await removeLostFiles({ sql, config });
  return rowCount ?? 0;
}

/** Whatever names a file by its bytes. */
const NAMED = `
  EXISTS (SELECT FROM occasion_photo WHERE source = $1 OR files @> jsonb_build_array(jsonb_build_object('hash', $1::text)))
  OR EXISTS (SELECT FROM occasion_paper WHERE hash = $1) OR EXISTS (SELECT FROM asset_file WHERE hash = $1)
  OR EXISTS (SELECT FROM fitted_media WHERE hash = $1)`;
const AT_ONCE = 1000;

/** A crash between the file and its note leaves the note, by which it is done again. */
async function removeLostFiles({ sql, config }: Pick<Needs, 'sql' | 'config'>): Promise<void> {
  const files = openFiles(config);
  const { rows } = await sql.query<{ hash: string }>(
    `SELECT file_hash AS hash FROM occasion_lost_file LIMIT ${AT_ONCE}`,
  );
  for (const { hash } of rows) {
    const { rows: found } = await sql.query<{ named: boolean }>(`SELECT ${NAMED} AS named`, [hash]);
    if (!found[0]?.named) await files.remove(hash);
    await sql.query('DELETE FROM occasion_lost_file WHERE file_hash = $1', [hash]);
  }
}
