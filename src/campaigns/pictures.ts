import type { Queryable } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import { artNames, artOf } from '../media/art.ts';
import { findAsset } from '../media/assets.ts';
import { addressOf, mailSize } from '../media/served.ts';
import { say, type Value } from '../say.ts';
import type { Letter, Single } from './blocks/schema.ts';

/** The pictures of ours that a body shows. */
export interface Pictures {
  /** Pixels across, for a picture of ours; otherwise undefined. */
  widthOf(src: string): number | undefined;
  /**
   * Puts addresses, heights and descriptions into compiled HTML.
   * @throws Refusal for a picture that nobody described in the language
   */
  show(html: string): string;
}

/** For a body without pictures of the library, and for a check that has no database. */
export const noPictures: Pictures = { widthOf: () => undefined, show: (html) => html };

const MENTION = /\b(asset:[0-9a-f][0-9a-f-]{3,35}|art:[a-z][a-z-]{1,40})(?=["'\s])/gi;
const IMAGE = /<img\b(?:[^<>"']|"[^"]*"|'[^']*')*>/gi;
/** Inside of a letter's sheet. */
const WIDEST = 536;

/** What a mail needs to know of a picture. */
interface Shown {
  name: string;
  url: string;
  width: number;
  height: number;
  /** What is seen on it, in the language of the body; empty when nobody has said. */
  alt: string;
  /** How somebody says it. */
  advice: Value;
}

interface Showing {
  sql: Queryable;
  publicUrl: string;
  language: string;
}

/**
 * Looks up the pictures that a body names as `asset:ID` or `art:NAME`.
 * @throws Refusal when one is not there, or is no picture
 */
export async function findPictures(showing: Showing, body: string): Promise<Pictures> {
  const pictures = new Map<string, Shown>();
  for (const [, mention = ''] of body.matchAll(MENTION)) {
    const key = mention.toLowerCase();
    if (!pictures.has(key)) pictures.set(key, await findPicture(showing, key));
  }
  const pictureOf = (src: string) => pictures.get(src.trim().toLowerCase());
  return {
    widthOf: (src) => pictureOf(src)?.width,
    show: (html) =>
      html.replace(IMAGE, (tag) => {
        const picture = pictureOf(attribute(tag, 'src'));
        return picture ? withPicture(tag, picture, showing.language) : tag;
      }),
  };
}

const findPicture = (showing: Showing, mention: string): Shown | Promise<Shown> =>
  mention.startsWith('art:') ? drawing(showing, mention.slice(4)) : libraryPicture(showing, mention.slice(6));

function drawing({ publicUrl }: Showing, name: string): Shown {
  const art = artOf(name);
  if (!art) throw new Refusal(say`There is no drawing art:${name}. There are: ${artNames().join(', ')}.`);
  return { name, url: `${publicUrl}/art/${art.file}`, ...art, alt: '', advice: '' };
}

async function libraryPicture({ sql, publicUrl, language }: Showing, wish: string): Promise<Shown> {
  const asset = await findAsset({ sql }, wish);
  if (asset.kind !== 'picture') {
    throw new Refusal(say`${asset.name} (asset:${wish}) is no picture. Attach it, or link to it.`);
  }
  const file = found(mailSize(asset), say`${asset.name} has no size that a mail can show. Add it anew.`);
  const { width, height } = file;
  const advice = say`, or once for all: wecare media describe ${asset.id} --alt-${language} "…" --as USER`;
  const alt = asset.alt[language] ?? '';
  return {
    name: asset.name,
    url: addressOf(publicUrl, asset, file),
    width,
    height: height ?? width,
    alt,
    advice,
  };
}

/** An `img` of compiled MJML with all that a mail program needs to keep its place before it is loaded. */
function withPicture(tag: string, picture: Shown, language: string): string {
  const alt = attribute(tag, 'alt') || escaped(picture.alt);
  if (!alt) {
    throw new Refusal(
      say`The picture ${picture.name} has no description in ${language}. Say in the body what is seen on it (alt)${picture.advice}.`,
    );
  }
  const width = Number(attribute(tag, 'width')) || picture.width;
  const height = Math.round((width * picture.height) / picture.width);
  const values = { src: picture.url, alt, width: String(width), height: String(height) };
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
