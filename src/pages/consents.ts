import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Keys } from '../keys.ts';
import { say } from '../say.ts';

type Needs = Pick<Ground, 'sql' | 'clock' | 'keys'>;

/** What somebody can agree to. */
export const coverings = ['picture', 'name', 'illness'] as const;

/** Somebody, or the guardian of a child, agreed to be shown, named or told of. */
export const NewConsent = z
  .strictObject({
    kind: z.enum(['self', 'guardian']),
    who: z.string().trim().min(1).max(200),
    /** Whose signature it is, for a child. */
    guardian: z.string().trim().max(200).default(''),
    covers: z.array(z.enum(coverings)).min(1),
    givenOn: z.iso.date(),
    /** Where the signed paper is. */
    paper: z.string().trim().min(1).max(300),
    /** A child under care proceedings, who is never to be recognised (Juvenile Justice Act 2015, section 74). */
    sheltered: z.boolean().default(false),
  })
  .refine(({ kind, guardian }) => kind === 'self' || guardian, { error: 'empty', path: ['guardian'] });
export type NewConsent = z.output<typeof NewConsent>;

export interface Consent extends NewConsent {
  id: string;
  madeBy: string;
  withdrawnAt: Date | null;
  /** Pictures on which they are. */
  assets: string[];
}

/** Keeps a consent; who gave it is sealed. @returns its id @throws ZodError, and Refusal for a child who must not be shown */
export async function recordConsent({ sql, clock, keys }: Needs, wish: unknown, user: User): Promise<string> {
  requireRole(user, ['author', 'approver', 'administrator'], say`record a consent`);
  const { kind, covers, givenOn, sheltered, who, guardian, paper } = NewConsent.parse(wish);
  if (sheltered && covers.some((what) => what !== 'illness')) throw hidden();
  const id = uuid();
  await transaction(sql, async (connection) => {
    await connection.query(
      `INSERT INTO image_consent (id, kind, words, covers, sheltered, given_on, made_by, made_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[
          id,
          kind,
          keys.seal('image-consent', JSON.stringify({ who, guardian, paper })),
          covers,
          sheltered,
        ],
        ...[givenOn, user.email, clock.now()],
      ],
    );
    await note(connection, {
      id,
      user,
      action: 'consent.recorded',
      after: { kind, covers, sheltered, givenOn },
    });
  });
  return id;
}

const hidden = () =>
  new Refusal(say`A child under care proceedings is never shown or named. Untick the picture and the name.`);

const CONSENTS = `
  SELECT c.id, c.kind, c.words, c.covers, c.sheltered, c.given_on::text AS "givenOn", c.made_by AS "madeBy",
         c.withdrawn_at AS "withdrawnAt",
         ARRAY(SELECT l.asset_id::text FROM image_consent_asset l WHERE l.consent_id = c.id ORDER BY 1) AS assets
    FROM image_consent c`;

/** The newest first; those that hold before those that were withdrawn. */
export async function listConsents({ sql, keys }: Pick<Ground, 'sql' | 'keys'>): Promise<Consent[]> {
  const { rows } = await sql.query(`${CONSENTS} ORDER BY c.withdrawn_at IS NOT NULL, c.id DESC LIMIT 1000`);
  return rows.map((row) => opened(keys, row));
}

/** @throws Refusal (404) when there is none */
export async function findConsent({ sql, keys }: Pick<Ground, 'sql' | 'keys'>, id: string): Promise<Consent> {
  const { rows } = await sql.query(`${CONSENTS} WHERE c.id::text = $1`, [id]);
  return opened(keys, found(rows[0], say`There is no such consent.`));
}

function opened(
  keys: Keys,
  { words, ...row }: Omit<Consent, 'who' | 'guardian' | 'paper'> & { words: Buffer },
) {
  return { ...row, ...JSON.parse(keys.open('image-consent', words)) } as Consent;
}

/**
 * Says whether a picture shows somebody who can be recognised, and who.
 *
 * @param consents of everybody on it; what was linked before and is not named goes
 * @throws Refusal for a child who must not be shown, and for a consent that was withdrawn or is for no picture
 */
export async function sayPersons(
  { sql }: Pick<Ground, 'sql'>,
  { asset, persons, consents }: { asset: string; persons: boolean; consents: string[] },
  user: User,
): Promise<void> {
  requireRole(user, ['author', 'approver', 'administrator'], say`say who is on a picture`);
  const linked = persons ? consents : [];
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE asset SET persons = $2 WHERE id::text = $1 AND kind = 'picture'`,
      [asset, persons],
    );
    if (!rowCount) throw new Refusal(say`There is no such picture in the media library.`, 404);
    await requirePictures(connection, linked);
    // A consent that was withdrawn stays linked: it is what bars the picture.
    await connection.query(
      `DELETE FROM image_consent_asset l USING image_consent c
        WHERE c.id = l.consent_id AND c.withdrawn_at IS NULL AND l.asset_id = $1 AND l.consent_id <> ALL ($2::uuid[])`,
      [asset, linked],
    );
    await connection.query(
      'INSERT INTO image_consent_asset (asset_id, consent_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING',
      [asset, linked],
    );
    const after = { persons, consents: linked };
    await audit(connection, {
      ...{ actor: user.email, action: 'asset.persons-said', subjectType: 'asset', subjectId: asset, after },
    });
  });
}

async function requirePictures(connection: Connection, ids: string[]): Promise<void> {
  const { rows } = await connection.query<{ good: boolean; sheltered: boolean }>(
    `SELECT c.withdrawn_at IS NULL AND 'picture' = ANY (c.covers) AS good, c.sheltered
       FROM unnest($1::uuid[]) AS w(id) LEFT JOIN image_consent c ON c.id = w.id`,
    [ids],
  );
  if (rows.some(({ sheltered }) => sheltered)) throw hidden();
  if (rows.every(({ good }) => good)) return;
  throw new Refusal(say`A consent must hold and be for pictures, or the picture cannot be shown.`);
}

/** Marks a child as under care proceedings, at any time: every picture of theirs goes off our pages at once. */
export const shelterPerson = ({ sql }: Pick<Ground, 'sql'>, id: string, user: User): Promise<void> =>
  change(sql, {
    ...{ id, user, action: 'consent.sheltered', deed: 'UPDATE image_consent SET sheltered = true' },
    at: null,
  });

/**
 * Takes a consent back. From this moment no page of ours shows a picture with that person: a drawing stands
 * where it was. Where it cannot be taken away `placesOf` lists.
 */
export const withdrawConsent = ({ sql, clock }: Pick<Ground, 'sql' | 'clock'>, id: string, user: User) =>
  change(sql, {
    ...{ id, user, action: 'consent.withdrawn', at: clock.now() },
    deed: 'UPDATE image_consent SET withdrawn_at = coalesce(withdrawn_at, $2)',
  });

interface Change {
  id: string;
  user: User;
  action: string;
  deed: string;
  at: Date | null;
}

async function change(sql: Ground['sql'], { id, user, action, deed, at }: Change): Promise<void> {
  requireRole(user, ['author', 'approver', 'administrator'], say`take a consent back`);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(`${deed} WHERE id::text = $1`, at ? [id, at] : [id]);
    if (!rowCount) throw new Refusal(say`There is no such consent.`, 404);
    await note(connection, { id, user, action });
  });
}

const note = (
  connection: Connection,
  { id, user, action, after }: { id: string; user: User; action: string; after?: unknown },
) =>
  audit(connection, { ...{ actor: user.email, action, subjectType: 'image_consent', subjectId: id }, after });

/** What was said of a picture: whether it shows somebody, who, and whether it may be shown. */
export async function personsOn(
  { sql }: Pick<Ground, 'sql'>,
  asset: string,
): Promise<{ persons: boolean | null; consents: string[]; barred: boolean }> {
  const { rows } = await sql.query(
    `SELECT a.persons, ARRAY(SELECT l.consent_id::text FROM image_consent_asset l WHERE l.asset_id = a.id) AS consents,
            EXISTS (SELECT FROM barred_asset b WHERE b.asset_id = a.id) AS barred
       FROM asset a WHERE a.id::text = $1 AND a.kind = 'picture'`,
    [asset],
  );
  return found(rows[0], say`There is no such picture in the media library.`);
}
