import type { OccasionPhoto } from '../../pages/occasions/photos.ts';
import { namesOf } from '../../pages/occasions/words.ts';
import { basePath } from '../base.ts';
import type { ShownPicture } from '../projects/pictures.ts';
import { photoPath } from './address.ts';
import type { OccasionShowing } from './page.ts';

/** A photograph of a page; `x` and `y` are where what matters is, in tenths, as occasion.css has them. */
export interface ShownPhoto extends ShownPicture {
  x: number;
  y: number;
  caption: string;
}

/** The photographs of a page that are ready, in its order. The first stands beside the names. */
export function photosShown({ page, photos, publicUrl }: OccasionShowing): ShownPhoto[] {
  const ready = new Map(photos.filter(({ state }) => state === 'ready').map((photo) => [photo.id, photo]));
  return page.content.photos.flatMap(({ id, x, y, caption }, i) => {
    const photo = ready.get(id);
    if (!photo?.width || !photo.height) return [];
    const alt = caption || namesOf(page.content);
    const about = { width: photo.width, height: photo.height, sizes: i ? SMALL : LARGE, credit: null };
    return [{ ...filesOf(page.code, photo, publicUrl), ...about, alt, caption, x: tenths(x), y: tenths(y) }];
  });
}

const LARGE = '(min-width: 60rem) 24rem, 90vw';
const SMALL = '(min-width: 60rem) 20rem, 46vw';

const tenths = (hundredths: number) => Math.round(hundredths / 10);

function filesOf(code: string, { files }: OccasionPhoto, publicUrl: string) {
  const set = (ext: string) =>
    files
      .filter((file) => file.ext === ext)
      .map((file) => `${basePath(publicUrl)}${photoPath(code, file)} ${file.width}w`)
      .join(', ');
  const plain = files.filter(({ ext }) => ext === 'jpg');
  const usual = plain.find(({ width }) => width >= 640) ?? plain.at(-1);
  return { src: usual ? photoPath(code, usual) : '', webp: set('webp'), other: set('jpg') };
}
