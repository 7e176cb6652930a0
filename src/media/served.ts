import { openFiles } from '../files.ts';
import type { Ground } from '../ground.ts';
import { artOf, drawArt } from './art.ts';
import type { Asset, AssetFile } from './assets.ts';

/** What is served at one address. */
export interface Served {
  type: string;
  bytes: Buffer;
  /** Where a video lies, of which players ask for pieces; its bytes are then not read. */
  place: string | null;
  /** Set for what is saved rather than shown. */
  fileName: string | null;
  /** Whether it may be kept for good: not so the drawing that stands for a picture nobody may see any more. */
  lasting: boolean;
}

const TYPES: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };
const ADDRESS = /^([0-9a-f]{64})(?:-([1-9]\d{0,4}))?\.([a-z0-9]{2,5})$/;

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
  const { rows } = await sql.query<Pick<Asset, 'hash' | 'name' | 'mime' | 'kind'> & { barred: boolean }>(
    `SELECT f.hash, a.name, a.mime, a.kind, EXISTS (SELECT FROM barred_asset b WHERE b.asset_id = a.id) AS barred
       FROM asset a JOIN asset_file f ON f.asset_id = a.id AND f.width = $2 AND f.ext = $3 WHERE a.hash = $1`,
    [hash, Number(width), ext],
  );
  const [row] = rows;
  if (row?.barred) return standIn();
  if (row?.mime.startsWith('video/'))
    return { ...BY_PIECES, type: row.mime, place: openFiles(config).placeOf(row.hash) };
  const bytes = row && (await openFiles(config).get(row.hash));
  if (!bytes) return null;
  const fileName = row.kind === 'picture' ? null : row.name;
  return { bytes, place: null, type: typeOf(row, { ext }), fileName, lasting: true };
}

const BY_PIECES = { bytes: Buffer.alloc(0), fileName: null, lasting: true };

/** Somebody on the picture took their consent back. Mails and pages that show it show a drawing of ours. */
async function standIn(): Promise<Served | null> {
  const bytes = await drawArt(artOf('project-story')?.file ?? '');
  return bytes && { bytes, place: null, type: 'image/png', fileName: null, lasting: false };
}
