import type { Row } from './csv/rows.ts';

/** A contact as far as an import sees it. */
export interface Person {
  id: string;
  name: string;
  language: string;
  kind: string;
  district: string;
  attributes: Record<string, string>;
  emails: string[];
  phones: string[];
  /** Names of contacts that were merged into this one. */
  aliases?: string[];
}

export type Outcome = 'created' | 'updated' | 'unchanged';

/** What a batch of rows comes to, contact by contact. */
export interface Fold {
  created: Person[];
  updated: Person[];
  /** One for each row, in their order. */
  results: { person: Person; outcome: Outcome }[];
}

export interface Folding {
  /** Contacts that hold an address of the rows, oldest first. Changed in place. */
  known: Person[];
  newId: () => string;
  /** Only fill what is empty: the file was imported before, so that it brings no news. */
  fillOnly: boolean;
}

/**
 * Merges rows into contacts, one row after the other, by the rule of
 * docs/decisions/2026-11-21-duplicate-contacts.md: same mailbox and same or no name is the same person;
 * another name at the same mailbox is another person of the household; newer values win unless empty.
 */
export function foldRows(rows: Row[], { known, newId, fillOnly }: Folding): Fold {
  const before = new Map(known.map((person) => [person.id, JSON.stringify(person)]));
  const book = openBook(known);
  const results = rows.map((row) => {
    const found = book.find(row);
    const person = found ?? newPerson(row, newId());
    const changed = apply(person, row, fillOnly);
    book.add(person, row);
    const outcome: Outcome = !found ? 'created' : changed ? 'updated' : 'unchanged';
    return { person, outcome };
  });
  const updated = new Set(known.filter((person) => JSON.stringify(person) !== before.get(person.id)));
  for (const result of results) {
    // Rows that contradict each other may leave a contact as it was; then nothing was updated.
    if (before.has(result.person.id) && !updated.has(result.person)) result.outcome = 'unchanged';
  }
  const created = results.filter((result) => result.outcome === 'created').map((result) => result.person);
  return { created, updated: [...updated], results };
}

/** Contacts by their addresses, each list oldest first. */
function openBook(known: Person[]) {
  const byEmail = new Map<string, Person[]>();
  const byPhone = new Map<string, Person[]>();
  const note = (map: Map<string, Person[]>, value: string, person: Person) => {
    const at = map.get(value);
    if (!at) map.set(value, [person]);
    else if (!at.includes(person)) at.push(person);
  };
  for (const person of known) {
    for (const email of person.emails) note(byEmail, email, person);
    for (const phone of person.phones) note(byPhone, phone, person);
  }
  const find = (row: Row): Person | undefined => {
    if (!row.email) return samePerson(byPhone.get(row.phone), row.name);
    const atMailbox = samePerson(byEmail.get(row.email), row.name);
    if (atMailbox || !row.phone || !row.name) return atMailbox;
    return byPhone.get(row.phone)?.find((p) => !p.emails.length && isCalled(p, row.name));
  };
  const add = (person: Person, row: Row) => {
    if (row.email) note(byEmail, row.email, person);
    if (row.phone) note(byPhone, row.phone, person);
  };
  return { find, add };
}

/** The one of that name; else one without a name; a row without a name is the oldest contact there. */
export function samePerson<P extends { name: string; aliases?: string[] }>(
  people: P[] | undefined,
  name: string,
): P | undefined {
  if (!people || !name) return people?.[0];
  return people.find((person) => isCalled(person, name)) ?? people.find((person) => !person.name);
}

const isCalled = ({ name, aliases = [] }: { name: string; aliases?: string[] }, asked: string) =>
  [name, ...aliases].some((one) => sameName(one, asked));

const sameName = (a: string, b: string) => a === b || plain(a) === plain(b);

/** Case, blanks and dots do not make another name: "K.R. Ravi" is "k r ravi". */
const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/[\s.]+/g, ' ')
    .trim();

const newPerson = (row: Row, id: string): Person => ({
  ...{ id, name: '', language: '', kind: row.kind || 'individual', district: '' },
  ...{ attributes: {}, emails: [], phones: [] },
});

/** @returns whether the row said anything new */
function apply(person: Person, row: Row, fillOnly: boolean): boolean {
  let changed = false;
  for (const field of ['name', 'language', 'kind', 'district'] as const) {
    if (!wins(row[field], person[field], fillOnly)) continue;
    if (field === 'name' && person.aliases?.some((alias) => sameName(alias, row.name))) continue;
    person[field] = row[field];
    changed = true;
  }
  for (const [key, value] of Object.entries(row.attributes)) {
    const had = Object.hasOwn(person.attributes, key) ? person.attributes[key] : '';
    if (!wins(value, String(had ?? ''), fillOnly)) continue;
    person.attributes = { ...person.attributes, [key]: value };
    changed = true;
  }
  for (const [list, value] of [
    [person.emails, row.email],
    [person.phones, row.phone],
  ] as const) {
    if (!value || list.includes(value)) continue;
    list.push(value);
    changed = true;
  }
  return changed;
}

const wins = (value: string, had: string, fillOnly: boolean) =>
  value !== '' && value !== had && !(fillOnly && had !== '');
