import { type Connection, transaction, within } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { compileRules } from './compile.ts';
import type { Rules } from './rules.ts';

/** How many match: counted where that was quick enough, otherwise as the database's planner guesses. */
export interface Measured {
  count: number;
  /** True when `count` is a guess. */
  rough: boolean;
  /** All contacts there are, guessed where `count` is. */
  all: number;
  /** The first few; null when they were not found in time. */
  sample: SampleContact[] | null;
}

export interface SampleContact {
  id: string;
  name: string;
  language: string | null;
  district: string | null;
}

const SAMPLE = 10;
const SAMPLE_MS = 700;
/** So many contacts are counted in no time, whatever the rules. */
const FEW = 50_000;

/**
 * Measures rules within a time.
 * @param ms for the count; 0 counts and looks only where contacts are few
 */
export async function measureSegment(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  rules: Rules,
  ms: number,
): Promise<Measured> {
  const values: unknown[] = [];
  const condition = compileRules(rules, { values, now: clock.now() });
  return transaction(sql, async (connection) => {
    const known = await knownContacts(connection);
    const budget = known <= FEW ? Math.max(ms, 2000) : ms;
    const matching = { text: `FROM contact c WHERE ${condition}`, values };
    const counted = await within(connection, budget, () => countOf(connection, matching));
    const sample = await within(connection, Math.min(budget, SAMPLE_MS), () =>
      sampleOf(connection, matching),
    );
    if (counted) return { ...counted, rough: false, sample };
    const count = Math.min(known, await guessOf(connection, matching));
    return { count, rough: true, all: known, sample };
  });
}

interface Matching {
  text: string;
  values: unknown[];
}

async function countOf(connection: Connection, { text, values }: Matching) {
  const { rows } = await connection.query(
    `SELECT count(*)::int AS count, (SELECT count(*) FROM contact)::int AS all ${text}`,
    values,
  );
  return rows[0] as { count: number; all: number };
}

/** In the order in which they lie, which is the quickest. */
async function sampleOf(connection: Connection, { text, values }: Matching): Promise<SampleContact[]> {
  const query = `SELECT c.id, c.name, c.language, c.district ${text} LIMIT ${SAMPLE}`;
  return (await connection.query<SampleContact>(query, values)).rows;
}

async function guessOf(connection: Connection, { text, values }: Matching): Promise<number> {
  const { rows } = await connection.query(`EXPLAIN (FORMAT JSON) SELECT ${text}`, values);
  return Math.round(rows[0]['QUERY PLAN'][0].Plan['Plan Rows']);
}

/** What the database knows of the table; counted where it knows nothing yet. */
async function knownContacts(connection: Connection): Promise<number> {
  const { rows } = await connection.query(
    `SELECT CASE WHEN reltuples > ${FEW} THEN reltuples ELSE (SELECT count(*) FROM contact) END::int AS n
       FROM pg_class WHERE oid = 'contact'::regclass`,
  );
  return rows[0].n;
}
