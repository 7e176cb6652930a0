import { v7 } from 'uuid';
import { audit } from '../../access/audit.ts';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { type Sentence, say } from '../../say.ts';
import { cleanName } from '../lists.ts';
import { compileRules } from './compile.ts';
import { leavesOf, parseRules, type Rules } from './rules.ts';

export interface Segment {
  id: string;
  name: string;
  rules: Rules;
  created_at: Date;
}

/**
 * Saves rules under a name.
 * @param rules JSON as `parseRules` reads it
 * @throws Refusal for rules that will not do, lists or campaigns that are not there, a name that is taken
 */
export async function createSegment(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { name, rules }: { name: string; rules: unknown },
  actor: string,
): Promise<Segment> {
  const segment = { id: v7(), name: segmentName(name), rules: parseRules(rules), created_at: clock.now() };
  await transaction(sql, async (connection) => {
    await requireNames(connection, segment.rules);
    const { rowCount } = await connection.query(
      'INSERT INTO segment (id, name, rules, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING',
      [segment.id, segment.name, JSON.stringify(segment.rules), segment.created_at],
    );
    if (!rowCount)
      throw new Refusal(say`There is a segment "${segment.name}" already. Choose another name.`, 409);
    const subject = { subjectType: 'segment', subjectId: segment.id };
    await audit(connection, {
      actor,
      action: 'segment.created',
      ...subject,
      after: { rules: segment.rules },
    });
  });
  return segment;
}

/** @throws Refusal (404) when there is none of this id */
export async function requireSegment(
  sql: Queryable,
  id: string,
  locked: 'FOR UPDATE' | '' = '',
): Promise<Segment> {
  const { rows } = await sql.query<Segment>(
    `SELECT id, name, rules, created_at FROM segment WHERE id::text = lower($1) ${locked}`,
    [id],
  );
  return found(rows[0], say`There is no such segment. It may have been deleted.`);
}

/** @throws Refusal when it is empty, too long, or holds a control character */
export function segmentName(name: string): string {
  const clean = cleanName(name);
  if (clean !== null) return clean;
  throw new Refusal(say`A segment needs a name of 1 to 100 characters on one line.`);
}

/** All segments by name. */
export async function listSegments({ sql }: Pick<Ground, 'sql'>): Promise<Segment[]> {
  const { rows } = await sql.query<Segment>('SELECT id, name, rules, created_at FROM segment ORDER BY name');
  return rows;
}

/**
 * The rules of segments by name, checked anew: a list that is gone would turn `not` into everybody.
 * @throws Refusal (404) that names the segments there are when one is missing
 */
export async function requireSegments(sql: Queryable, names: string[]): Promise<Rules[]> {
  if (!names.length) return [];
  const { rows } = await sql.query<Segment>('SELECT name, rules FROM segment WHERE name = ANY($1)', [names]);
  const missing = names.find((name) => !rows.some((row) => row.name === name));
  if (missing !== undefined) throw new Refusal(await unknown(sql, 'segment', missing), 404);
  const rules = rows.map((row) => parseRules(row.rules));
  for (const one of rules) await requireNames(sql, one);
  return rules;
}

/** How many contacts match now, and the first few of them. */
export async function countSegment(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  rules: Rules,
  sample = 0,
): Promise<{ count: number; sample: { id: string; name: string }[] }> {
  const values: unknown[] = [];
  const condition = compileRules(rules, { values, now: clock.now() });
  const { rows } = await sql.query(`SELECT count(*)::int AS n FROM contact c WHERE ${condition}`, values);
  const some = sample
    ? await sql.query(
        `SELECT c.id, c.name FROM contact c WHERE ${condition} ORDER BY c.id LIMIT $${values.length + 1}`,
        [...values, sample],
      )
    : { rows: [] };
  return { count: rows[0].n, sample: some.rows };
}

/** @throws Refusal for a list or campaign in the rules that is not there */
export async function requireNames(sql: Queryable, rules: Rules): Promise<void> {
  const leaves = leavesOf(rules);
  const lists = leaves.flatMap((leaf) => ('list' in leaf ? [leaf.list] : []));
  const campaigns = leaves.flatMap((leaf) => {
    const touched = 'received' in leaf ? leaf.received : 'opened' in leaf ? leaf.opened : undefined;
    const name = (touched ?? ('clicked' in leaf ? leaf.clicked : undefined))?.campaign;
    return name === undefined ? [] : [name];
  });
  for (const [table, names] of [['list', lists] as const, ['campaign', campaigns] as const]) {
    const { rows } = await sql.query<{ name: string }>(`SELECT name FROM ${table} WHERE name = ANY($1)`, [
      names,
    ]);
    const missing = names.find((name) => !rows.some((row) => row.name === name));
    if (missing !== undefined) throw new Refusal(await unknown(sql, table, missing), 404);
  }
}

async function unknown(
  sql: Queryable,
  table: 'list' | 'campaign' | 'segment',
  name: string,
): Promise<Sentence> {
  const { rows } = await sql.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY name LIMIT 20`);
  const known = rows.map((row) => `"${row.name}"`).join(', ') || say`none yet`;
  return say`There is no ${KINDS[table]} "${name}". There are: ${known}.`;
}

const KINDS = { list: say`list`, campaign: say`campaign`, segment: say`segment` };
