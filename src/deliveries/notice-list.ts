import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** A notice as staff see it: not what it says, which may be a code. */
export interface NoticeRow {
  id: string;
  kind: string;
  address: string;
  language: string;
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown' | 'suppressed';
  attempts: number;
  code: number | null;
  reply: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

const SELECT = `
  SELECT id, kind, address, language, state::text AS state, attempts, code, reply, created_at AS "createdAt",
         ended_at AS "endedAt" FROM notice`;

/** A page of notices, the newest first. */
export async function listNotices(
  { sql }: Pick<Ground, 'sql'>,
  { before, state, limit }: { before?: string | undefined; state?: string | undefined; limit: number },
): Promise<NoticeRow[]> {
  const { rows } = await sql.query<NoticeRow>(
    `${SELECT} WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR state::text = $2)
      ORDER BY id DESC LIMIT $3`,
    [before ?? null, state ?? null, limit],
  );
  return rows;
}

/** @throws Refusal (404) when there is no such notice */
export async function readNotice({ sql }: Pick<Ground, 'sql'>, id: string): Promise<NoticeRow> {
  const { rows } = await sql.query<NoticeRow>(`${SELECT} WHERE id = $1`, [id]);
  return found(rows[0], say`There is no notice ${id}.`);
}
