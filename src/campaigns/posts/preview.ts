import type { Queryable } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import { type Asset, assetsNamed } from '../../media/assets.ts';
import { addressOf, mailSize } from '../../media/served.ts';
import { say } from '../../say.ts';
import type { PostDocument } from './document.ts';

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** Everything of the library that a post or one of its variants shows. @throws Refusal for what is not there */
export async function picturesIn(sql: Queryable, { media, variants }: PostDocument): Promise<Asset[]> {
  const all = [...media, ...Object.values(variants).flatMap((variant) => variant?.media ?? [])];
  const ids = [...new Set(all.map(({ asset }) => asset))];
  const assets = await assetsNamed({ sql }, ids);
  const missing = ids.find((id) => !assets.some((asset) => asset.id === id));
  if (missing)
    throw new Refusal(say`There is no ${missing} in the media library. "wecare media list" shows all.`);
  return assets;
}

/** The master as a plain page: what versions are compared by, and by what the library knows its uses. */
export function previewOf(document: PostDocument, pictures: Asset[], publicUrl: string): string {
  const shown = pictures.flatMap((asset) => {
    const file = mailSize(asset) ?? asset.files[0];
    return file ? [`<img src="${addressOf(publicUrl, asset, file)}" alt="">`] : [];
  });
  return `<p>${escaped(document.text).replaceAll('\n', '<br>')}</p>${shown.join('')}`;
}
