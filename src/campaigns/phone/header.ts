import type { HeaderMedia } from '../../../channels/frame.ts';
import type { Queryable } from '../../db.ts';
import type { PhoneText } from '../../deliveries/phone/text.ts';
import type { Ground } from '../../ground.ts';
import { type Asset, showableAssets } from '../../media/assets.ts';
import { addressOf, mailSize, typeOf } from '../../media/served.ts';

/** How an author names what stands above a text: `asset:ID` of the media library. */
export const assetIn = (value = ''): string | null =>
  /^asset:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(value.trim())?.[1] ?? null;

/** What the first value of a template with a picture, video or paper above it stands for; none where it is none. */
export async function headerMedia(
  { sql, config: { publicUrl } }: { sql: Queryable; config: Pick<Ground['config'], 'publicUrl'> },
  { frame, values }: Pick<PhoneText, 'frame' | 'values'>,
): Promise<HeaderMedia | undefined> {
  const kind = frame?.header?.kind ?? 'text';
  const id = assetIn(values[0]);
  if (kind === 'text' || !id) return undefined;
  const [asset] = await showableAssets({ sql }, [id]);
  return asset && mediaOf(publicUrl, asset);
}

function mediaOf(publicUrl: string, asset: Asset): HeaderMedia | undefined {
  const file = asset.kind === 'picture' ? mailSize(asset) : asset.files[0];
  if (!file) return undefined;
  const { name } = asset;
  return { url: addressOf(publicUrl, asset, file), mime: typeOf(asset, file), bytes: file.bytes, name };
}
