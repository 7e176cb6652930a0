import type { Connection, Queryable } from './db.ts';

/** One person, by all that their data hang on. */
export interface Person {
  contactId: string;
  /** `shared`: another contact of the household has the same one, so what is said of it is theirs too. */
  addresses: { channel: string; value: string; hash: string; shared: boolean }[];
  /** What was sent to them, by run and number. */
  deliveries: { run: bigint; seq: number }[];
}

/** What one domain keeps about people: how it is handed to them, and how it is forgotten. */
export interface PersonalPart {
  /** Every table of the domain that holds personal data of contacts. */
  tables: string[];
  /** Each key is one part of what is handed over. */
  export(sql: Queryable, person: Person): Promise<Record<string, unknown>>;
  /** In the transaction that erases the person everywhere. */
  erase(sql: Connection, person: Person): Promise<void>;
}

/** The hashes of addresses that nobody else has. */
export const ownHashes = ({ addresses }: Person): string[] =>
  addresses.filter(({ shared }) => !shared).map(({ hash }) => hash);
