import { type Connection, transaction } from '../../../src/db.ts';
import type { Ground } from '../../../src/ground.ts';

/**
 * Fills tables in one transaction: without their indexes, which are made again in one go afterwards, and
 * without triggers and foreign keys, because what is made here is whole by itself.
 * @param tables whose indexes are made afterwards; a key that is asked for meanwhile stays
 */
export async function inBulk(
  { sql }: Pick<Ground, 'sql'>,
  tables: string[],
  fill: (connection: Connection) => Promise<void>,
): Promise<void> {
  await transaction(sql, async (connection) => {
    await connection.query(
      `SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off; SET LOCAL jit = off;
       SET LOCAL work_mem = '512MB'; SET LOCAL maintenance_work_mem = '1GB'`,
    );
    const keys = await takeAway(connection, KEYS, tables);
    const indexes = await takeAway(connection, INDEXES, tables);
    await fill(connection);
    for (const { add } of [...indexes, ...keys]) await connection.query(add);
  });
}

/** Each thing of the tables, the statement that takes it away, and the one that puts it back. */
interface Part {
  drop: string;
  add: string;
}

async function takeAway(connection: Connection, query: string, tables: string[]): Promise<Part[]> {
  const { rows } = await connection.query<Part>(query, [tables]);
  for (const { drop } of rows) await connection.query(drop);
  return rows;
}

/** Foreign keys are not looked at while filling, and would be looked at whole when they are put back. */
const KEYS = `
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS add
  FROM pg_constraint c WHERE conrelid = ANY($1::regclass[]) AND contype IN ('p', 'u')
   AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.confrelid = c.conrelid AND f.contype = 'f')
 ORDER BY contype`;

const INDEXES = `
SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS add
  FROM pg_index i WHERE indrelid = ANY($1::regclass[])
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`;

/** SQL for one of an array's members that always is the same for the same number. */
export const oneOf = (texts: readonly string[], number: string, salt: number): string =>
  `(ARRAY[${texts.map((text) => `'${text}'`).join(',')}])[1 + ${chance(number, salt, texts.length)}]`;

/** SQL for a number from 0 to `sides` - 1 that always is the same for the same number. */
export const chance = (number: string, salt: number, sides: number): string =>
  `((hashint8extended((${number})::bigint, ${salt}) & 9223372036854775807) % ${sides})::int`;
