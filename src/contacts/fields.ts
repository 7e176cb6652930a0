import type { Queryable } from '../db.ts';

/** What a message may say of its recipient whatever was imported. */
export const BUILT_IN_FIELDS = ['name', 'first_name', 'language', 'district', 'kind'] as const;

/**
 * How long attribute names are remembered; an import in this process makes them forgotten at once. Later
 * they are read anew while what was known is given: among a million contacts that takes a while.
 */
const FRESH_MS = 10_000;
/** Where looking takes long, older ones serve while somebody looks anew. */
const SLOW_MS = 100;
const STALE_MS = 600_000;

interface Remembered {
  at: number;
  names: string[];
  slow: boolean;
}
const remembered = new WeakMap<Queryable, Remembered>();
const underWay = new WeakMap<Queryable, Promise<string[]>>();

/**
 * Names that messages may use. Attributes stand beside the built-in ones under their own bare name, the
 * slug of the column they came from (`Ward no.` is `{{ward_no}}`); where both exist the built-in wins.
 */
export async function mergeFields(sql: Queryable): Promise<string[]> {
  const known = remembered.get(sql);
  const age = known ? performance.now() - known.at : Number.POSITIVE_INFINITY;
  if (known && age < FRESH_MS) return known.names;
  const names = underWay.get(sql) ?? look(sql);
  if (!known?.slow || age > STALE_MS) return names;
  // Should it fail, whoever asks next looks again.
  names.catch(() => undefined);
  return known.names;
}

export function forgetFields(sql: Queryable): void {
  remembered.delete(sql);
  underWay.delete(sql);
}

function look(sql: Queryable): Promise<string[]> {
  const at = performance.now();
  const looking = loadNames(sql).then(
    (names) => {
      // What was forgotten meanwhile may be older than an import.
      if (underWay.get(sql) === looking) {
        remembered.set(sql, { at, names, slow: performance.now() - at > SLOW_MS });
        underWay.delete(sql);
      }
      return names;
    },
    (error) => {
      if (underWay.get(sql) === looking) underWay.delete(sql);
      throw error;
    },
  );
  underWay.set(sql, looking);
  return looking;
}

async function loadNames(sql: Queryable): Promise<string[]> {
  const { rows } = await sql.query(
    `SELECT DISTINCT jsonb_object_keys(attributes) AS name FROM contact
     WHERE attributes <> '{}' AND jsonb_typeof(attributes) = 'object' ORDER BY name`,
  );
  return [...new Set([...BUILT_IN_FIELDS, ...rows.map((row) => row.name as string)])];
}

export interface MergeRow {
  name: string;
  language: string | null;
  kind: string;
  district: string | null;
  attributes: Record<string, unknown>;
}

/** The values of one recipient, as text; what is not known is empty. Runs for every mail that leaves. */
export function mergeValues(row: MergeRow): Record<string, string> {
  const values: Record<string, string> = {};
  for (const key in row.attributes) {
    if (!Object.hasOwn(row.attributes, key) || key === '__proto__') continue;
    const value = row.attributes[key];
    values[key] = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
  }
  values.name = row.name;
  values.first_name = isPerson(row.kind) ? firstName(row.name) : row.name;
  values.language = row.language ?? '';
  values.district = row.district ?? '';
  values.kind = row.kind;
  return values;
}

const isPerson = (kind: string) => kind === 'individual' || kind === 'celebrity';

/**
 * The first word of a name that is neither an initial nor a title (`Dr. K.R. Ravi Menon` is `Ravi`);
 * in Kerala initials stand before or after the name. The whole name when nothing else is left.
 */
export function firstName(name: string): string {
  const words = name.split(' ');
  return words.find((word) => word !== '' && !INITIAL.test(word) && !TITLE.test(word)) ?? name;
}

// A word that ends in a full stop, a single letter, one or two capitals.
const INITIAL = /\.$|^\p{L}$|^(?:\p{Lu}\.?){1,2}$/u;
const TITLE = /^(?:mr|mrs|ms|dr|prof|adv|shri|sri|smt|kum|rev|ശ്രീ|ശ്രീമതി|കുമാരി|ഡോ|അഡ്വ|പ്രൊഫ)$/iu;
