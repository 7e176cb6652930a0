import { createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Connection } from '../db.ts';
import type { Ground } from '../ground.ts';

/** Kinds of donor, as the fund's books have them. */
export const donorKinds: readonly string[] = [
  ...['individual', 'corporate', 'society', 'celebrity', 'foundation', 'local-body'],
  ...['department', 'endowment', 'agency', 'other'],
];
export type DonorKind = string;

/** The number of a paper; `also` where a rule wants a second one kept. */
export interface Identity {
  kind: 'pan' | 'aadhaar' | 'passport' | 'tin' | 'other';
  number: string;
  also?: { kind: 'passport'; number: string };
}

/** A donor as they told of themselves with one gift. */
export interface DonorWords {
  kind: DonorKind;
  name: string;
  email: string | null;
  /** E.164. */
  phone: string | null;
  address: string | null;
  language: string;
  /** PAN, or the number of a paper the law takes instead. */
  identity: Identity | null;
  /** What was answered to the questions about the source, as they were asked. */
  source: Record<string, string | boolean>;
}

/** Keeps a donor's words; the number of a paper sealed, with an index that tells equal ones. @returns an id */
export async function keepDonor(
  { keys, clock }: Pick<Ground, 'keys' | 'clock'>,
  connection: Connection,
  donor: DonorWords,
): Promise<string> {
  const id = uuid();
  const identity = donor.identity && keys.seal('donor-identity', JSON.stringify(donor.identity));
  await connection.query(
    `INSERT INTO donor (id, kind, name, email, phone, address, language, identity, identity_index, source, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[id, donor.kind, donor.name, donor.email, donor.phone, donor.address, donor.language, identity],
      ...[
        donor.identity && identityIndex(keys, donor.identity.number),
        JSON.stringify(donor.source),
        clock.now(),
      ],
    ],
  );
  return id;
}

/** Tells whether two numbers are the same without telling the number (a keyed hash of its letters). */
export const identityIndex = (keys: Ground['keys'], number: string): Buffer =>
  keyedIndex(keys, number.replace(/[^A-Za-z0-9]/g, '').toUpperCase()).subarray(0, 16);

/** Tells whether two texts are the same without telling them. */
export function keyedIndex(keys: Ground['keys'], text: string): Buffer {
  // The oldest key: an index that turned with the ring would find nothing made before.
  const secret = keys.secrets('identity-index').at(-1) as string;
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(text).digest();
}
