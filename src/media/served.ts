import { openFiles } from '../files.ts';
import type { Ground } from '../ground.ts';
import type { Asset, AssetFile } from './assets.ts';

/** What is served at one address. */
export interface Served {
  type: string;
  bytes: Buffer;
  /** Set for what is saved rather than shown. */
  fileName: string | null;
}

const TYPES: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };
const ADDRESS = /^([0-9a-f]{64})(?:-([1-9]\d{0,4}))?\.([a-z]{2,5})$/;

/** Where one size of a picture, or a file, is served. */
export function addressOf(
  publicUrl: string,
  { hash }: Pick<Asset, 'hash'>,
  { width, ext }: Pick<AssetFile, 'width' | 'ext'>,
): string {
  return `${publicUrl}/m/${hash}${width ? `-${width}` : ''}.${ext}`;
}

/** Media type of one file of an asset. */
export const typeOf = (
  { kind, mime }: Pick<Asset, 'kind' | 'mime'>,
  { ext }: Pick<AssetFile, 'ext'>,
): string => (kind === 'picture' ? (TYPES[ext] ?? mime) : mime);

/** The size of a picture that mails show: at most double their width, in what every mail program shows. */
export function mailSize({ files }: Pick<Asset, 'files'>): AssetFile | undefined {
  return files.filter(({ width, ext }) => ext !== 'webp' && width <= 1280).at(-1) ?? files.at(0);
}

/** Reads what an address names. @returns null when there is nothing of that name, or its bytes are lost */
export async function readServed(
  { sql, config }: Pick<Ground, 'sql' | 'config'>,
  name: string,
): Promise<Served | null> {
  const [, hash, width = '0', ext = ''] = ADDRESS.exec(name) ?? [];
  if (!hash) return null;
  const { rows } = await sql.query<Pick<Asset, 'hash' | 'name' | 'mime' | 'kind'>>(
    `SELECT f.hash, a.name, a.mime, a.kind FROM asset a
       JOIN asset_file f ON f.asset_id = a.id AND f.width = $2 AND f.ext = $3 WHERE a.hash = $1`,
    [hash, Number(width), ext],
  );
  const [row] = rows;
  const bytes = row && (await openFiles(config).get(row.hash));
  if (!bytes) return null;
  return { bytes, type: typeOf(row, { ext }), fileName: row.kind === 'picture' ? null : row.name };
}
