import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import { openFiles } from '../files.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { type Alt, requireAlt } from './names.ts';

/** One size of a picture, or a file that is no picture (width 0). */
export interface AssetFile {
  width: number;
  height: number | null;
  ext: string;
  /** Of its bytes, as src/files.ts names them. */
  hash: string;
  bytes: number;
}

/** A picture or a file of the media library. */
export interface Asset {
  id: string;
  /** Of the bytes as they were added. */
  hash: string;
  kind: 'picture' | 'file';
  mime: string;
  width: number | null;
  height: number | null;
  /** Of a video; null for everything else. */
  seconds: number | null;
  bytes: number;
  name: string;
  alt: Alt;
  credit: string | null;
  consent: string | null;
  madeBy: string;
  createdAt: Date;
  /** From small to large. */
  files: AssetFile[];
}

/** What a person says about an asset. */
export interface Description {
  alt?: Alt;
  credit?: string | undefined;
  /** Who on the picture agreed to be shown, and where that is written. */
  consent?: string | undefined;
}

export type MediaGround = Pick<Ground, 'sql' | 'config'>;
/** Who adds to the library, and describes what is in it. */
export const KEEPERS = ['author', 'administrator'] as const;

/** Changes what is said about an asset; what is not mentioned stays. */
export async function describeAsset(
  ground: MediaGround,
  { wish, user }: { wish: string; user: User },
  description: Description,
): Promise<Asset> {
  requireRole(user, [...KEEPERS], say`describe what is in the media library`);
  return describe(ground, await findAsset(ground, wish), { wish: description, user });
}

/** The newest first. */
export async function listAssets({ sql }: Pick<Ground, 'sql'>, limit = 200): Promise<Asset[]> {
  const { rows } = await sql.query<Asset>(`${ASSETS} ORDER BY a.created_at DESC, a.id DESC LIMIT $1`, [
    limit,
  ]);
  return rows;
}

/**
 * Finds an asset by its id, or the beginning of it.
 * @throws Refusal when none or several fit
 */
export async function findAsset({ sql }: { sql: Queryable }, wish: string): Promise<Asset> {
  const { rows } = await sql.query<Asset>(
    `${ASSETS} WHERE starts_with(a.id::text, $1) ORDER BY a.id LIMIT 2`,
    [wish.trim().toLowerCase()],
  );
  if (rows.length > 1)
    throw new Refusal(say`Several in the media library begin with ${wish}. Give more of the id.`, 409);
  return found(rows[0], say`There is no ${wish} in the media library. "wecare media list" shows all.`);
}

/** Those of these ids that there are. */
export async function assetsNamed({ sql }: { sql: Queryable }, ids: readonly string[]): Promise<Asset[]> {
  if (!ids.length) return [];
  const { rows } = await sql.query<Asset>(`${ASSETS} WHERE a.id = ANY ($1::text[]::uuid[])`, [ids]);
  return rows;
}

/** Those of these ids that the public may see: nobody on them took their consent back. */
export async function showableAssets({ sql }: { sql: Queryable }, ids: readonly string[]): Promise<Asset[]> {
  if (!ids.length) return [];
  const { rows } = await sql.query<Asset>(
    `${ASSETS} WHERE a.id = ANY ($1::text[]::uuid[]) AND NOT EXISTS (SELECT FROM barred_asset b WHERE b.asset_id = a.id)`,
    [ids],
  );
  return rows;
}

/** What shows an asset. */
export async function usesOf({ sql }: { sql: Queryable }, asset: Pick<Asset, 'id'>) {
  const { rows } = await sql.query<{ type: string; id: string }>(
    'SELECT subject_type AS type, subject_id AS id FROM asset_use WHERE asset_id = $1 ORDER BY 1, 2',
    [asset.id],
  );
  return rows;
}

/** Says which assets something shows, so that they stay; in the transaction that makes it show them. */
export async function setUses(
  connection: Connection,
  ids: readonly string[],
  subject: { type: string; id: string },
): Promise<void> {
  await connection.query(
    `DELETE FROM asset_use WHERE subject_type = $2 AND subject_id = $3 AND asset_id <> ALL ($1::uuid[])`,
    [ids, subject.type, subject.id],
  );
  await connection.query(
    `INSERT INTO asset_use (asset_id, subject_type, subject_id) SELECT unnest($1::uuid[]), $2, $3
     ON CONFLICT DO NOTHING`,
    [[...new Set(ids)], subject.type, subject.id],
  );
}

/**
 * Removes an asset with its files.
 * @throws Refusal while something shows it, mails that were sent included: their readers would see a hole
 */
export async function removeAsset(
  ground: MediaGround,
  { wish, user }: { wish: string; user: User },
): Promise<Asset> {
  requireRole(user, [...KEEPERS], say`remove from the media library`);
  const asset = await findAsset(ground, wish);
  await transaction(ground.sql, async (connection) => {
    await lockLibrary(connection);
    const [use] = await usesOf({ sql: connection }, asset);
    if (use) {
      throw new Refusal(
        say`${asset.name} is shown by ${use.type} ${use.id} and stays: mails that were sent look it up.`,
        409,
      );
    }
    await connection.query('DELETE FROM asset WHERE id = $1', [asset.id]);
    await audit(connection, {
      ...aboutAsset(asset, user),
      action: 'asset.removed',
      before: { name: asset.name },
    });
  });
  await removeFiles(ground, asset);
  return asset;
}

/** Files that no other asset has too; under the lock, so that none is taken from one just being added. */
async function removeFiles(ground: MediaGround, { files }: Asset): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    await lockLibrary(connection);
    const { rows } = await connection.query<{ hash: string }>(
      'SELECT h AS hash FROM unnest($1::text[]) h WHERE NOT EXISTS (SELECT FROM asset_file f WHERE f.hash = h)',
      [files.map(({ hash }) => hash)],
    );
    for (const { hash } of rows) await openFiles(ground.config).remove(hash);
  });
}

export const lockLibrary = (connection: Connection) =>
  connection.query("SELECT pg_advisory_xact_lock(hashtextextended('media', 0))");

/** Of the audit log. */
export const aboutAsset = ({ id }: Pick<Asset, 'id'>, user: User) => ({
  ...{ actor: user.email, subjectType: 'asset', subjectId: id },
});

/** Takes over what is said; what is not mentioned stays. */
export async function describe(
  ground: MediaGround,
  asset: Asset,
  { wish, user }: { wish: Description; user: User },
): Promise<Asset> {
  const { credit = asset.credit, consent = asset.consent } = wish;
  const after = { alt: { ...asset.alt, ...requireAlt(wish.alt ?? {}) }, credit, consent };
  const before = { alt: asset.alt, credit: asset.credit, consent: asset.consent };
  if (JSON.stringify(after) === JSON.stringify(before)) return asset;
  await transaction(ground.sql, async (connection) => {
    await connection.query('UPDATE asset SET alt = $2, credit = $3, consent = $4 WHERE id = $1', [
      ...[asset.id, JSON.stringify(after.alt), credit, consent],
    ]);
    await audit(connection, { ...aboutAsset(asset, user), action: 'asset.described', before, after });
  });
  return { ...asset, ...after };
}

/** By its bytes as they were added. */
export async function assetOfHash(sql: Queryable, hash: string): Promise<Asset | undefined> {
  const { rows } = await sql.query<Asset>(`${ASSETS} WHERE a.hash = $1`, [hash]);
  return rows[0];
}

/** For a condition behind it. */
export const ASSETS = `
  SELECT a.id, a.hash, a.kind, a.mime, a.width, a.height, a.seconds, a.bytes, a.name, a.alt, a.credit, a.consent,
         a.made_by AS "madeBy", a.created_at AS "createdAt",
         (SELECT json_agg(json_build_object('width', f.width, 'height', f.height, 'ext', f.ext,
                                            'hash', f.hash, 'bytes', f.bytes) ORDER BY f.width, f.ext)
            FROM asset_file f WHERE f.asset_id = a.id) AS files
    FROM asset a`;
