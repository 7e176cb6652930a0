import type { Language } from '../../i18n.ts';
import type { Asset } from '../../media/assets.ts';
import { addressOf } from '../../media/served.ts';
import { otherLanguage } from '../../reader.ts';
import { basePath } from '../base.ts';

/** A picture of the library in a page: the browser takes the size and the format that suit it. */
export interface ShownPicture {
  src: string;
  webp: string;
  other: string;
  width: number;
  height: number;
  alt: string;
  sizes: string;
  credit: string | null;
}

interface Place {
  publicUrl: string;
  language: Language;
  /** As in `img sizes`. */
  sizes: string;
}

/** @returns null for what is no picture any more */
export function shownPicture(
  asset: Asset | undefined,
  { publicUrl, language, sizes }: Place,
): ShownPicture | null {
  const base = basePath(publicUrl);
  const plain = asset?.files.filter(({ ext }) => ext !== 'webp') ?? [];
  const usual = plain.find(({ width }) => width >= 640) ?? plain.at(-1);
  if (!asset?.width || !asset.height || !usual) return null;
  const set = (files: Asset['files']) =>
    files.map((file) => `${base}${addressOf('', asset, file)} ${file.width}w`).join(', ');
  return {
    src: addressOf('', asset, usual),
    webp: set(asset.files.filter(({ ext }) => ext === 'webp')),
    other: set(plain),
    ...{ width: asset.width, height: asset.height, sizes, credit: asset.credit },
    alt: asset.alt[language] ?? asset.alt[otherLanguage(language)] ?? '',
  };
}
