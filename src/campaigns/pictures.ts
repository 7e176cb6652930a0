import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import { type Asset, findAsset } from '../media/assets.ts';
import { addressOf, mailSize } from '../media/served.ts';
import type { Letter, Single } from './blocks/schema.ts';

/** The pictures of the media library that a body shows. */
export interface Pictures {
  /** Pixels across, for a picture of the library; otherwise undefined. */
  widthOf(src: string): number | undefined;
  /**
   * Puts addresses, heights and descriptions into compiled HTML.
   * @throws Refusal for a picture that nobody described in the language
   */
  show(html: string): string;
}

/** For a body without pictures of the library, and for a check that has no database. */
export const noPictures: Pictures = { widthOf: () => undefined, show: (html) => html };

const MENTION = /\basset:([0-9a-f][0-9a-f-]{3,35})/gi;
const IMAGE = /<img\b(?:[^<>"']|"[^"]*"|'[^']*')*>/gi;
/** Inside of a letter's sheet. */
const WIDEST = 536;

/**
 * Looks up the pictures that a body names as `asset:ID`.
 * @throws Refusal when one is not in the media library, or is no picture
 */
export async function findPictures(
  ground: { sql: Queryable; publicUrl: string },
  { body, language }: { body: string; language: string },
): Promise<Pictures> {
  const assets = new Map<string, Asset>();
  for (const [, wish = ''] of body.matchAll(MENTION)) {
    const key = wish.toLowerCase();
    if (!assets.has(key)) assets.set(key, await findPicture(ground.sql, key));
  }
  const assetOf = (src: string) => assets.get(/^asset:(.+)$/i.exec(src.trim())?.[1]?.toLowerCase() ?? '');
  return {
    widthOf: (src) => sizeOf(assetOf(src))?.width,
    show: (html) =>
      html.replace(IMAGE, (tag) => {
        const asset = assetOf(attribute(tag, 'src'));
        return asset ? shown(tag, asset, { publicUrl: ground.publicUrl, language }) : tag;
      }),
  };
}

async function findPicture(sql: Queryable, wish: string): Promise<Asset> {
  const asset = await findAsset({ sql }, wish);
  if (asset.kind === 'picture') return asset;
  throw new Refusal(`${asset.name} (asset:${wish}) is no picture. Attach it, or link to it.`);
}

const sizeOf = (asset: Asset | undefined) => asset && mailSize(asset);

/** An `img` of compiled MJML with all that a mail program needs to keep its place before it is loaded. */
function shown(
  tag: string,
  asset: Asset,
  { publicUrl, language }: { publicUrl: string; language: string },
): string {
  const file = mailSize(asset);
  if (!file) throw new Refusal(`${asset.name} has no size that a mail can show. Add it anew.`);
  const alt = attribute(tag, 'alt') || escaped(asset.alt[language] ?? '');
  if (!alt) {
    throw new Refusal(
      `The picture ${asset.name} has no description in ${language}. Say in the body what is seen on it (alt), or once for all: wecare media describe ${asset.id} --alt-${language} "…" --as USER`,
    );
  }
  const width = Number(attribute(tag, 'width')) || file.width;
  const height = Math.round((width * (file.height ?? file.width)) / file.width);
  const values = {
    src: addressOf(publicUrl, asset, file),
    alt,
    width: String(width),
    height: String(height),
  };
  return Object.entries(values).reduce((now, [name, value]) => withAttribute(now, name, value), tag);
}

const attributePattern = (name: string) => new RegExp(`(\\s${name}\\s*=\\s*)("[^"]*"|'[^']*')`, 'i');

/** As it stands in the source: entities stay. */
const attribute = (tag: string, name: string): string =>
  attributePattern(name).exec(tag)?.[2]?.slice(1, -1).trim() ?? '';

function withAttribute(tag: string, name: string, value: string): string {
  const pattern = attributePattern(name);
  if (pattern.test(tag)) return tag.replace(pattern, (_, before: string) => `${before}"${value}"`);
  return tag.replace(/\s*\/?>$/, (end) => ` ${name}="${value}"${end}`);
}

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** No picture of the library is drawn larger than it is. */
export function fitPictures(letter: Letter, { widthOf }: Pick<Pictures, 'widthOf'>): Letter {
  const narrow = (block: Single): Single => {
    const own = block.type === 'picture' ? widthOf(block.src) : undefined;
    if (block.type !== 'picture' || own === undefined || own >= (block.width ?? WIDEST)) return block;
    return { ...block, width: Math.max(16, own) };
  };
  const blocks = letter.blocks.map((block) => {
    if (block.type === 'raw') return block;
    if (block.type !== 'columns') return narrow(block);
    return {
      ...block,
      columns: [block.columns[0].map(narrow), block.columns[1].map(narrow)] as [Single[], Single[]],
    };
  });
  return { ...letter, blocks };
}
