import type { Frame, MediaKind } from '../../../../channels/frame.ts';
import { assetIn } from '../../../campaigns/phone/header.ts';
import { type Asset, assetsNamed } from '../../../media/assets.ts';
import { searchLibrary } from '../../../media/library.ts';
import type { Web } from '../../web.ts';
import { lookOfAsset } from '../posts/picks.ts';
import type { Reading } from '../shell.ts';

const SHOWN = 12;

const FITS: Record<MediaKind, (asset: Asset) => boolean> = {
  image: ({ kind }) => kind === 'picture',
  video: ({ mime }) => mime.startsWith('video/'),
  document: ({ mime }) => mime === 'application/pdf',
};
const ICONS = { image: 'image', video: 'play', document: 'doc' } as const;

interface Picking {
  frame: Frame;
  /** What is chosen. */
  value: string;
}

/** What of the library may stand above a text: what is chosen, and the latest of its kind. */
export async function picksFor({ ground }: Web, { language }: Reading, { frame, value }: Picking) {
  const kind = frame.header?.kind;
  if (!kind || kind === 'text') return null;
  const id = assetIn(value);
  const chosen = id ? await assetsNamed(ground, [id]) : [];
  const wanted = kind === 'image' ? 'picture' : 'file';
  const latest = (await searchLibrary(ground, { kind: wanted, limit: SHOWN * 8 })).filter(FITS[kind]);
  const others = latest.filter((one) => one.id !== id).slice(0, SHOWN);
  const choices = [...chosen, ...others].map((asset) => ({
    ...{ value: `asset:${asset.id}`, chosen: asset.id === id },
    ...lookOfAsset(asset, language),
  }));
  return { choices, icon: ICONS[kind] };
}
