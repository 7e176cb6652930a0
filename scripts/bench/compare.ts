import type { Ground } from '../../src/ground.ts';
import type { Seen } from './sink.ts';

/** What the ledger says against what the far end saw, recipient by recipient. */
export interface Compared {
  /** Neither final nor unknown, or `sent` but never accepted. */
  lost: number;
  /** One delivery accepted twice. */
  duplicated: number;
  /** `failed` but accepted, or never refused. */
  false_failed: number;
  unknown_by_kill: number;
  unknown_by_drop: number;
  /** Unknown after a stop that was answered in time; must be none. */
  unknown_by_term: number;
  total: number;
}

const ROWS = `
SELECT d.state, d.reason, a.value AS address, w."end"
  FROM delivery d JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
  LEFT JOIN worker w ON w.epoch = d.epoch WHERE d.run = $1`;

export async function compare(
  { sql }: Pick<Ground, 'sql'>,
  { run, seen }: { run: bigint; seen: Map<string, Seen> },
): Promise<Compared> {
  const { rows } = await sql.query(ROWS, [run]);
  const count = (test: (row: { state: string; reason: string; end: string }, far: Seen) => boolean) =>
    rows.filter((row) => test(row, seen.get(row.address) ?? { accepted: 0, refused: 0 })).length;
  const final = ['sent', 'failed', 'unknown', 'skipped', 'cancelled'];
  const strangers = [...seen.keys()].length - count((_, far) => far.accepted + far.refused > 0);
  return {
    lost: count((row, far) => !final.includes(row.state) || (row.state === 'sent' && far.accepted === 0)),
    duplicated: count((_, far) => far.accepted > 1) + strangers,
    false_failed: count((row, far) => row.state === 'failed' && (far.accepted > 0 || far.refused === 0)),
    unknown_by_kill: count(
      (row) => row.state === 'unknown' && row.reason === 'killed' && row.end !== 'stopped',
    ),
    unknown_by_drop: count((row) => row.state === 'unknown' && row.reason === 'dropped'),
    unknown_by_term: count(
      (row) => row.state === 'unknown' && row.reason !== 'dropped' && row.end === 'stopped',
    ),
    total: rows.length,
  };
}
