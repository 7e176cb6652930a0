import type { Limits } from '../../../channels/social.ts';
import type { PublicationContent } from '../../deliveries/publications/content.ts';
import { Refusal } from '../../errors.ts';
import { openFiles } from '../../files.ts';
import type { Ground } from '../../ground.ts';
import { type Asset, findAsset } from '../../media/assets.ts';
import { loadSharp } from '../../media/sharp.ts';
import { say } from '../../say.ts';
import type { ShownMedia } from './document.ts';
import { type Shape, shapeFor } from './shapes.ts';

type FitGround = Pick<Ground, 'sql' | 'config' | 'keys'>;
type FittedMedia = PublicationContent['media'][number];

interface Wish {
  shown: ShownMedia;
  limits: Limits;
  language: string;
}

const QUALITIES = [88, 80, 70, 60];

/**
 * A picture of the library in the shape, size and format that a network takes: made anew from its pixels,
 * so nothing of where and by what it was taken is in it.
 * @throws Refusal when it is not there, or cannot be made to fit
 */
export async function fitMedia(ground: FitGround, { shown, limits, language }: Wish): Promise<FittedMedia> {
  const asset = await findAsset(ground, shown.asset);
  await requireShowable(ground, asset);
  const alt = shown.alt ?? asset.alt[language as keyof typeof asset.alt] ?? '';
  if (asset.kind !== 'picture') return videoOf(ground, asset, alt);
  const { pictures } = limits;
  if (!pictures)
    return { ...(await drawn(ground, { asset, shown, shape: null, side: 2048, bytes: 5e6 })), alt };
  const shape = shapeFor(keptPart(asset, shown), limits, shown.shape);
  const { side, bytes } = pictures;
  return { ...(await drawn(ground, { asset, shown, shape, side: Math.min(side, 2560), bytes })), alt };
}

/** Somebody on it may have taken their consent back since it was chosen. */
async function requireShowable({ sql }: FitGround, { id, name }: Asset): Promise<void> {
  const { rowCount } = await sql.query('SELECT FROM barred_asset WHERE asset_id = $1', [id]);
  if (rowCount)
    throw new Refusal(
      say`Somebody on ${name} does not want to be shown any more. Choose another picture.`,
      409,
    );
}

/** Videos go as they are: what does not fit is said while the post is written. */
function videoOf(ground: FitGround, asset: Asset, alt: string): FittedMedia {
  const [file] = asset.files;
  if (!file || !asset.mime.startsWith('video/'))
    throw new Refusal(say`${asset.name} is neither a picture nor a video, so no network shows it.`);
  const size = { width: asset.width ?? 1, height: asset.height ?? 1 };
  const seconds = asset.seconds ? { seconds: asset.seconds } : {};
  const url = fittedAddress(ground, file.hash, 'mp4');
  return {
    hash: file.hash,
    kind: 'video',
    mime: asset.mime,
    bytes: file.bytes,
    ...size,
    ...seconds,
    alt,
    url,
  };
}

/** What is left of it once the part that somebody chose is cut out. */
const keptPart = ({ width, height }: Asset, { crop }: ShownMedia) => ({
  width: width && width * (crop?.width ?? 1),
  height: height && height * (crop?.height ?? 1),
});

interface Drawing {
  asset: Asset;
  shown: ShownMedia;
  shape: Shape | null;
  side: number;
  bytes: number;
}

interface Made {
  hash: string;
  width: number;
  height: number;
  bytes: number;
}

/** Made once, when the post is written or approved: at its minute nothing is left to draw. */
async function drawn(ground: FitGround, drawing: Drawing): Promise<Omit<FittedMedia, 'alt'>> {
  const { asset } = drawing;
  const recipe = recipeOf(drawing);
  const made = (await madeBefore(ground, asset.id, recipe)) ?? (await make(ground, drawing, recipe));
  return { ...made, kind: 'picture', mime: 'image/jpeg', url: fittedAddress(ground, made.hash) };
}

/** A picture that is drawn by the same recipe is the same picture. */
function recipeOf({ shown, shape, side, bytes }: Drawing): string {
  const size = shape && { width: shape.width, height: shape.height };
  const keep = shape && !shown.crop && shown.keep ? { keep: shown.keep } : {};
  return JSON.stringify({ crop: shown.crop ?? null, shape: size, side, bytes, ...keep });
}

async function madeBefore({ sql }: FitGround, asset: string, recipe: string): Promise<Made | undefined> {
  const { rows } = await sql.query<Made>(
    'SELECT hash, width, height, bytes FROM fitted_media WHERE asset_id = $1 AND recipe = $2',
    [asset, recipe],
  );
  return rows[0];
}

async function make(ground: FitGround, drawing: Drawing, recipe: string): Promise<Made> {
  const files = openFiles(ground.config);
  const source = await sourceOf(files, drawing.asset);
  for (const quality of QUALITIES) {
    const { data, info } = await render(source, drawing, quality);
    if (data.length > drawing.bytes) continue;
    const made = { hash: await files.put(data), width: info.width, height: info.height, bytes: data.length };
    await ground.sql.query(
      `INSERT INTO fitted_media (asset_id, recipe, hash, width, height, bytes) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (asset_id, recipe) DO NOTHING`,
      [drawing.asset.id, recipe, made.hash, made.width, made.height, made.bytes],
    );
    return made;
  }
  throw new Refusal(say`${drawing.asset.name} cannot be made small enough. Choose a simpler picture.`);
}

async function sourceOf(files: ReturnType<typeof openFiles>, asset: Asset): Promise<Buffer> {
  const largest = asset.files.filter(({ ext }) => ext !== 'webp').at(-1) ?? asset.files.at(-1);
  const bytes = largest && (await files.get(largest.hash));
  if (!bytes) throw new Refusal(say`The picture ${asset.name} is no longer in the library. Choose another.`);
  return bytes;
}

async function render(source: Buffer, { shown, shape, side }: Drawing, quality: number) {
  const sharp = await loadSharp();
  const { width, height } = await sharp(source).metadata();
  const { crop, keep } = shown;
  const picture = sharp(source);
  if (crop) picture.extract(partOf({ width, height }, crop));
  if (shape) {
    const scale = side / Math.max(shape.width, shape.height);
    const size = { width: Math.round(shape.width * scale), height: Math.round(shape.height * scale) };
    // Where nobody chose, the part is kept to which a look goes first.
    picture.resize({ ...size, fit: 'cover', position: crop ? 'centre' : (keep ?? sharp.strategy.attention) });
  } else picture.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
  return picture
    .flatten({ background: '#ffffff' })
    .jpeg({ quality, mozjpeg: true })
    .toBuffer({ resolveWithObject: true });
}

function partOf(size: Pick<Shape, 'width' | 'height'>, crop: NonNullable<ShownMedia['crop']>) {
  const left = Math.min(Math.floor(crop.x * size.width), size.width - 1);
  const top = Math.min(Math.floor(crop.y * size.height), size.height - 1);
  return {
    ...{ left, top },
    width: Math.max(1, Math.min(Math.round(crop.width * size.width), size.width - left)),
    height: Math.max(1, Math.min(Math.round(crop.height * size.height), size.height - top)),
  };
}

const MAC_BYTES = 12;

/** Where networks that fetch by themselves find it: signed, so that nobody reads files by guessing names. */
const fittedAddress = ({ config, keys }: FitGround, hash: string, ext: 'jpg' | 'mp4' = 'jpg'): string =>
  `${config.publicUrl}/m/post/${hash}-${keys.sign('web-token', Buffer.from(`post:${hash}`), MAC_BYTES).toString('base64url')}.${ext}`;

/** The file that such an address names. @returns null for one that we did not make */
export function readFittedAddress(
  { keys }: Pick<Ground, 'keys'>,
  name: string,
): { hash: string; ext: string } | null {
  const [, hash = '', signature = '', ext = ''] =
    /^([0-9a-f]{64})-([A-Za-z0-9_-]{10,40})\.(jpg|mp4)$/.exec(name) ?? [];
  const bytes = Buffer.from(signature, 'base64url');
  return hash && keys.verify('web-token', Buffer.from(`post:${hash}`), bytes) ? { hash, ext } : null;
}
