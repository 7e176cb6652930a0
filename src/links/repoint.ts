import { audit } from '../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** A link of a message: what was written, and where it leads now. */
export interface TrackedLink {
  code: string;
  /** As the message says it. */
  url: string;
  target: string;
  /** Visits by people and by programs, by the target that was live then, the earliest first. */
  visits: { target: string; people: number; machines: number }[];
}

/** One re-pointing of a link. */
export interface Repointed {
  code: string;
  before: string;
  after: string;
  actor: string;
  at: Date;
  /** Whether it took an earlier one back. */
  undo: boolean;
}

/**
 * Leads a link elsewhere, from the moment this is committed, on every process: a visit asks the
 * database. Two links may end at the same address; each keeps its code, its visits and its history.
 * @param target a whole web address that was checked
 * @throws Refusal for a code that we never gave, and when it leads there already
 */
export async function repointLink(
  ground: Pick<Ground, 'sql' | 'clock'>,
  { code, target }: { code: string; target: string },
  actor: string,
): Promise<Repointed> {
  return transaction(ground.sql, async (connection) => {
    const link = await lockLink(connection, code);
    return lead(connection, link, { target, actor, at: ground.clock.now(), undoes: null });
  });
}

/**
 * Takes the latest re-pointing back that was not taken back yet.
 * @throws Refusal for a code that we never gave, and when there is none to take back
 */
export async function undoRepoint(
  ground: Pick<Ground, 'sql' | 'clock'>,
  code: string,
  actor: string,
): Promise<Repointed> {
  return transaction(ground.sql, async (connection) => {
    const link = await lockLink(connection, code);
    const { rows } = await connection.query(
      `SELECT h.id, h.before FROM link_history h
        WHERE h.link_id = $1 AND h.undoes IS NULL
          AND NOT EXISTS (SELECT FROM link_history u WHERE u.undoes = h.id)
        ORDER BY h.id DESC LIMIT 1`,
      [link.id],
    );
    const [last] = rows;
    if (!last)
      throw new Refusal(say`The link ${code} leads where its message says; there is nothing to undo.`, 409);
    return lead(connection, link, { target: last.before, actor, at: ground.clock.now(), undoes: last.id });
  });
}

interface Locked {
  id: string;
  code: string;
  url: string;
  target: string | null;
}

async function lockLink(connection: Connection, code: string): Promise<Locked> {
  const { rows } = await connection.query<Locked>(
    'SELECT id, code, url, target FROM link WHERE code = $1 FOR UPDATE',
    [code],
  );
  return found(
    rows[0],
    say`There is no link ${JSON.stringify(code)}. "wecare links list" shows those of a message.`,
  );
}

interface Leading {
  target: string;
  actor: string;
  at: Date;
  undoes: string | null;
}

async function lead(
  connection: Connection,
  link: Locked,
  { target, actor, at, undoes }: Leading,
): Promise<Repointed> {
  const before = link.target ?? link.url;
  if (before === target) throw new Refusal(say`The link ${link.code} leads to ${target} already.`, 409);
  const { rows } = await connection.query(
    'INSERT INTO link_history (link_id, before, after, actor, at, undoes) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id',
    [link.id, before, target, actor, at, undoes],
  );
  await connection.query('UPDATE link SET target = $2, history_id = $3 WHERE id = $1', [
    ...[link.id, target === link.url ? null : target, rows[0].id],
  ]);
  const entry = { actor, subjectType: 'link', subjectId: link.code };
  const action = undoes ? 'link.undone' : 'link.repointed';
  await audit(connection, { ...entry, action, before: { target: before }, after: { target } });
  return { code: link.code, before, after: target, actor, at, undo: undoes !== null };
}

/** The links of a message in the order in which they were made. */
export async function linksOf(sql: Queryable, messageId: string): Promise<TrackedLink[]> {
  const { rows } = await sql.query(
    `SELECT l.code, l.url, coalesce(l.target, l.url) AS target, v.visits
       FROM link l LEFT JOIN LATERAL (
         SELECT json_agg(json_build_object('target', target, 'people', people, 'machines', machines) ORDER BY since) AS visits
           FROM (SELECT coalesce(h.after, l.url) AS target, min(coalesce(t.history_id, 0)) AS since,
                        count(*) FILTER (WHERE NOT t.machine)::int AS people,
                        count(*) FILTER (WHERE t.machine)::int AS machines
                   FROM touch t LEFT JOIN link_history h ON h.id = t.history_id
                  WHERE t.link_id = l.id AND t.kind = 'click' GROUP BY 1) AS by_target) v ON true
      WHERE l.message_id = $1 ORDER BY l.id`,
    [messageId],
  );
  return rows.map((row) => ({ ...row, visits: row.visits ?? [] }));
}

/** Every re-pointing of a message's links, oldest first. */
export async function repointedOf(sql: Queryable, messageId: string): Promise<Repointed[]> {
  const { rows } = await sql.query<Repointed>(
    `SELECT l.code, h.before, h.after, h.actor, h.at, h.undoes IS NOT NULL AS undo
       FROM link_history h JOIN link l ON l.id = h.link_id WHERE l.message_id = $1 ORDER BY h.id`,
    [messageId],
  );
  return rows;
}
