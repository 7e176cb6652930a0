import type { z } from 'zod';
import type { Connection, Queryable } from '../db.ts';
import { audit } from './audit.ts';

/** What people set for everybody, one value under one key. */
export interface Setting<T> {
  key: string;
  /** What the audit log calls a change of it. */
  action: string;
  shape: z.ZodType<T>;
  /** What holds until somebody says otherwise. */
  usual: T;
}

/** What was said; undefined before anybody said something. */
export async function saidSetting<T>(sql: Queryable, { key, shape }: Setting<T>): Promise<T | undefined> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [key]);
  return rows[0] && shape.parse(rows[0].value);
}

/** What holds. */
export async function readSetting<T>(sql: Queryable, setting: Setting<T>): Promise<T> {
  const said = await saidSetting(sql, setting);
  return said === undefined ? setting.usual : said;
}

/**
 * Keeps what `change` makes of what holds, and writes both to the audit log. Of two who change it at the same
 * time the second builds on what the first said.
 * @returns what holds now
 */
export async function changeSetting<T>(
  connection: Connection,
  setting: Setting<T>,
  { change, actor }: { change: (before: T) => T; actor: string },
): Promise<T> {
  const { key, action } = setting;
  await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`setting:${key}`]);
  const before = await readSetting(connection, setting);
  const after = change(before);
  await connection.query(
    `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    [key, JSON.stringify(after)],
  );
  await audit(connection, { actor, action, subjectType: 'setting', subjectId: key, before, after });
  return after;
}
