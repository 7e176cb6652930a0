import { open, readFile, stat } from 'node:fs/promises';
import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import { hashOf, hashOfFile, openFiles } from '../files.ts';
import { say } from '../say.ts';
import {
  type Asset,
  aboutAsset,
  assetOfHash,
  type Description,
  describe,
  KEEPERS,
  lockLibrary,
  type MediaGround,
} from './assets.ts';
import { fileName, requireAlt } from './names.ts';
import { readPaper } from './papers.ts';
import { type Rendition, readPicture } from './pictures.ts';
import { formatOf, isPicture } from './sniff.ts';
import { isFilm, requireVideoSize, withCleanVideo } from './videos.ts';

export interface NewAsset extends Description {
  name: string;
  bytes: Buffer;
}

export interface Added {
  asset: Asset;
  /** True when the same bytes were here before; then what is said anew is taken over. */
  known: boolean;
  remarks: string[];
}

/** A photograph of a good telephone has 5 to 15 MB. */
const MOST_BYTES = 25 * 1024 * 1024;

/**
 * Adds a picture or a file to the media library. A picture is made anew from its pixels, in several
 * sizes; what else was in its file (place, camera, anything hidden) is not kept.
 * @throws Refusal for what is no picture or paper, is damaged, too large, or could run as a program
 */
export async function addAsset(ground: MediaGround, wish: NewAsset, user: User): Promise<Added> {
  requireRole(user, [...KEEPERS], say`add to the media library`);
  const name = fileName(wish.name);
  if (wish.bytes.length > MOST_BYTES) throw tooLarge(name);
  const hash = hashOf(wish.bytes);
  const known = await assetOfHash(ground.sql, hash);
  if (known) return { asset: await describe(ground, known, { wish, user }), known: true, remarks: [] };
  const { remarks, ...made } = await readAsset(wish.bytes, name);
  const asset = { id: uuid(), hash, name, ...made };
  await transaction(ground.sql, async (connection) => {
    await lockLibrary(connection);
    await insert(connection, ground, { asset, wish, user });
  });
  return {
    asset: found(await assetOfHash(ground.sql, hash), say`${name} was removed.`),
    known: false,
    remarks,
  };
}

export interface NewFile extends Description {
  name: string;
  /** On the disk; it stays as it is. */
  path: string;
}

/**
 * The same of a file on the disk, which may also be a video: that is kept as it is but for its notes, because no
 * machine of ours makes it anew.
 * @throws Refusal as `addAsset`, and for a video that networks do not take
 */
export async function addFile(ground: MediaGround, { path, ...wish }: NewFile, user: User): Promise<Added> {
  const handle = await open(path, 'r');
  const head = Buffer.alloc(16);
  const { size } = await handle.stat();
  await handle.read(head, 0, head.length, 0).finally(() => handle.close());
  if (isFilm(head)) return addVideo(ground, { path, ...wish }, user);
  if (size > MOST_BYTES) throw tooLarge(fileName(wish.name));
  return addAsset(ground, { ...wish, bytes: await readFile(path) }, user);
}

async function addVideo(ground: MediaGround, { path, ...wish }: NewFile, user: User): Promise<Added> {
  requireRole(user, [...KEEPERS], say`add to the media library`);
  const name = fileName(wish.name);
  requireVideoSize((await stat(path)).size, name);
  const hash = await hashOfFile(path);
  const known = await assetOfHash(ground.sql, hash);
  if (known) return { asset: await describe(ground, known, { wish, user }), known: true, remarks: [] };
  await withCleanVideo(path, name, async (clean, { width, height, seconds }) => {
    const { size: bytes } = await stat(clean);
    const kept = await openFiles(ground.config).putFile(clean);
    const about = {
      id: uuid(),
      hash,
      name,
      kind: 'file' as const,
      mime: 'video/mp4',
      width,
      height,
      seconds,
      bytes,
    };
    await transaction(ground.sql, async (connection) => {
      await lockLibrary(connection);
      if (!(await insertRow(connection, { asset: about, wish, user }))) return;
      await connection.query(
        'INSERT INTO asset_file (asset_id, width, ext, height, hash, bytes) VALUES ($1, 0, $2, NULL, $3, $4)',
        [about.id, 'mp4', kept, bytes],
      );
    });
  });
  return {
    asset: found(await assetOfHash(ground.sql, hash), say`${name} was removed.`),
    known: false,
    remarks: [],
  };
}

const tooLarge = (name: string) =>
  new Refusal(say`${name} is larger than ${MOST_BYTES >> 20} MB. Make it smaller and add that.`);

type Made = Pick<Asset, 'kind' | 'mime' | 'width' | 'height' | 'bytes'> & {
  parts: (Omit<Rendition, 'ext' | 'height'> & { ext: string; height: number | null })[];
};

async function readAsset(bytes: Buffer, name: string): Promise<Made & { remarks: string[] }> {
  const format = formatOf(bytes, name);
  if (!isPicture(format)) {
    const { mime, ext } = await readPaper(bytes, format, name);
    const parts = [{ width: 0, height: null, ext, bytes }];
    return { kind: 'file', mime, width: null, height: null, bytes: bytes.length, parts, remarks: [] };
  }
  const { width, height, renditions, remarks } = await readPicture(bytes, format, name);
  const largest = renditions.at(-1) as Rendition;
  const mime = largest.ext === 'png' ? 'image/png' : 'image/jpeg';
  return { kind: 'picture', mime, width, height, bytes: largest.bytes.length, parts: renditions, remarks };
}

type Row = Pick<Asset, 'id' | 'hash' | 'name' | 'kind' | 'mime' | 'width' | 'height' | 'bytes'> & {
  seconds?: number;
};
type Inserting<A> = { asset: A; wish: Description; user: User };

/** Somebody may have added the same bytes a moment ago; then theirs stands, and this is false. */
async function insertRow(connection: Connection, { asset, wish, user }: Inserting<Row>): Promise<boolean> {
  const { id, hash, kind, mime, width, height, bytes, name, seconds = null } = asset;
  const { rowCount } = await connection.query(
    `INSERT INTO asset (id, hash, kind, mime, width, height, bytes, name, alt, credit, consent, made_by, seconds)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (hash) DO NOTHING`,
    [
      ...[id, hash, kind, mime, width, height, bytes, name, JSON.stringify(requireAlt(wish.alt ?? {}))],
      ...[wish.credit ?? null, wish.consent ?? null, user.email, seconds],
    ],
  );
  if (rowCount)
    await audit(connection, {
      ...aboutAsset(asset, user),
      action: 'asset.added',
      after: { name, kind, hash },
    });
  return rowCount === 1;
}

async function insert(
  connection: Connection,
  ground: MediaGround,
  { asset, wish, user }: Inserting<Row & Pick<Made, 'parts'>>,
): Promise<void> {
  if (!(await insertRow(connection, { asset, wish, user }))) return;
  const files = openFiles(ground.config);
  for (const part of asset.parts) {
    const key = await files.put(part.bytes);
    await connection.query(
      'INSERT INTO asset_file (asset_id, width, ext, height, hash, bytes) VALUES ($1, $2, $3, $4, $5, $6)',
      [asset.id, part.width, part.ext, part.height, key, part.bytes.length],
    );
  }
}
