import { requireSegments } from '../contacts/segments/segments.ts';
import type { Queryable } from '../db.ts';
import type { Targets } from '../deliveries/left-out.ts';
import { Refusal } from '../errors.ts';
import { EXAMPLES, readLanguage } from '../languages.ts';
import { say } from '../say.ts';

/** Lists and segments by name: who is meant, and who of them is not. */
export interface AudienceNames {
  lists: string[];
  segments?: string[] | undefined;
  excludeLists?: string[] | undefined;
  excludeSegments?: string[] | undefined;
}

/** An account on a network, and what it is told in. */
export interface Target {
  account: string;
  language: string;
}

/** For whom a message is, as stored with it. */
export interface Audience extends AudienceNames {
  /** For a post: where it is published, in which language each time. */
  accounts?: Target[];
  /** Languages in order, for a contact whose own has no content. */
  fallback: string[];
}

const PARTS = ['segments', 'excludeLists', 'excludeSegments'] as const;

/** Of several wishes the later counts; a part that is absent stays, an empty one goes. */
export function namesOf(...wishes: Partial<AudienceNames>[]): AudienceNames {
  const names: AudienceNames = { lists: wishes.findLast((wish) => wish.lists)?.lists ?? [] };
  for (const part of PARTS) {
    const wished = wishes.findLast((wish) => wish[part])?.[part];
    if (wished?.length) names[part] = wished;
  }
  return names;
}

/**
 * Looks up the lists and segments of an audience.
 * @throws Refusal that names the ones there are when one is missing, or when nobody is meant
 */
export async function requireTargets(sql: Queryable, names: AudienceNames): Promise<Targets> {
  const { lists, segments = [], excludeLists = [], excludeSegments = [] } = names;
  if (!lists.length && !segments.length) {
    throw new Refusal(say`A message needs at least one list of contacts, or a segment.`);
  }
  return {
    ...{ lists: await requireLists(sql, lists), segments: await requireSegments(sql, segments) },
    excludeLists: await requireLists(sql, excludeLists),
    excludeSegments: await requireSegments(sql, excludeSegments),
  };
}

async function requireLists(sql: Queryable, names: string[]): Promise<string[]> {
  if (!names.length) return [];
  const { rows } = await sql.query<{ id: string; name: string }>(
    'SELECT id, name FROM list WHERE name = ANY ($1) ORDER BY name',
    [names],
  );
  const missing = names.filter((name) => !rows.some((row) => row.name === name));
  if (!missing.length) return rows.map(({ id }) => id);
  const { rows: all } = await sql.query<{ name: string }>('SELECT name FROM list ORDER BY name LIMIT 20');
  const known = all.length
    ? say`The lists are: ${all.map((row) => row.name).join(', ')}.`
    : say`There are no lists yet; importing contacts with --list makes one.`;
  throw new Refusal(say`There is no list ${missing.map((n) => JSON.stringify(n)).join(', ')}. ${known}`, 404);
}

/**
 * The languages to fall back on: those wished for, or English and then Malayalam as far as written.
 * @throws Refusal for one in which nothing is written
 */
export function requireFallback(wished: string[] | undefined, written: string[]): string[] {
  const unwritten = (wished ?? []).filter((language) => !written.includes(language));
  if (unwritten.length) {
    throw new Refusal(
      say`The message cannot fall back on ${unwritten.join(', ')}: it is written in ${written.join(', ')}.`,
    );
  }
  const usual = ['en', 'ml'].filter((language) => written.includes(language));
  return wished?.length ? wished : [...usual, ...written.filter((language) => !usual.includes(language))];
}

/** The canonical tag (BCP 47) of a language. @throws Refusal for what is none */
export function requireLanguage(tag: string): string {
  const read = readLanguage(tag);
  if (read) return read;
  throw new Refusal(
    say`${JSON.stringify(tag)} is no language. Write its tag (${EXAMPLES} or another) or its name.`,
  );
}
