import type { Sql } from '../../../src/db.ts';
import type { Statement } from './watch.ts';

/** A table that a statement read from end to end, and how many rows it gave for that. */
export interface Waste {
  table: string;
  read: number;
  shown: number;
  statement: string;
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

/** Fewer rows than this are read faster from end to end than through an index. */
const FEW = 10_000;

/** What of these statements read many more rows than they gave, by sequential scans. */
export async function wasted(sql: Sql, statements: Statement[]): Promise<Waste[]> {
  const each = new Map(statements.map((one) => [one.text, one]));
  const found: Waste[] = [];
  for (const statement of each.values()) {
    if (
      !/^\s*(SELECT|WITH)\b/i.test(statement.text) ||
      /\bINSERT INTO\b|\bUPDATE\b.*\bSET\b/.test(statement.text)
    )
      continue;
    const plan = await planOf(sql, statement);
    if (plan) found.push(...wasteIn(plan, statement.text));
  }
  return found;
}

/** Run once more, in a transaction that is undone; null where that cannot be done. */
async function planOf(sql: Sql, { text, values }: Statement): Promise<Node | null> {
  const connection = await sql.connect();
  try {
    await connection.query('BEGIN READ ONLY; SET LOCAL statement_timeout = 10000');
    const { rows } = await connection.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    return rows[0]['QUERY PLAN'][0].Plan;
  } catch (error) {
    process.stderr.write(`Not explained (${(error as Error).message}): ${brief(text)}\n`);
    return null;
  } finally {
    await connection.query('ROLLBACK');
    connection.release();
  }
}

function wasteIn(plan: Node, text: string): Waste[] {
  const read = new Map<string, number>();
  const look = (node: Node): void => {
    if (node['Node Type'] === 'Seq Scan') {
      const table = (node['Relation Name'] ?? '').replace(/^(delivery)_\d+$/, '$1');
      const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
      read.set(table, (read.get(table) ?? 0) + rows);
    }
    for (const inner of node.Plans ?? []) look(inner);
  };
  look(plan);
  const shown = plan['Actual Rows'];
  return [...read]
    .filter(([, rows]) => rows > FEW && rows > 20 * shown)
    .map(([table, rows]) => ({ table, read: Math.round(rows), shown, statement: brief(text) }));
}

const brief = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 160);
