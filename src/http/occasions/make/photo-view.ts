import { type Language, translate } from '../../../i18n.ts';
import type { OccasionDraft } from '../../../pages/occasions/make.ts';
import { type OccasionPhoto, photosOf } from '../../../pages/occasions/photos.ts';
import { sentenceIn } from '../../../sentences.ts';
import type { Web } from '../../web.ts';

/** Where what matters may be: as a frame is narrowed, this part stays. */
const PLACES = [15, 50, 85];

interface Place {
  draft: OccasionDraft;
  base: string;
  language: Language;
}

/** Every photograph of a page that is being made, as its template wants it. */
export async function shownPhotos({ ground }: Web, { draft, base, language }: Place) {
  const rows = await photosOf(ground.sql, draft.id);
  return draft.content.photos.map((said, i) => {
    const row = rows.find(({ id }) => id === said.id);
    const file = row && sizeOf(row);
    return {
      ...{ id: said.id, caption: said.caption, first: i === 0, number: i + 1, cut: Boolean(row?.crop) },
      waiting: row?.state === 'waiting',
      refused: row?.state === 'refused' ? sentenceIn(language, row.reason ?? '') : '',
      missing: !row,
      src: file && row?.state !== 'refused' ? `${base}/photos/${file.hash}.${file.ext}` : null,
      ...{ width: file?.width ?? 0, height: file?.height ?? 0 },
      action: `${base}/photos/${said.id}?lang=${language}`,
      places: placesOf(said, language),
      sides: ['left', 'right', 'top', 'bottom'].map((side) => ({
        ...{ side, words: translate(language, `occasion.photo.cut.${side}`) },
      })),
    };
  });
}

/** The JPEG nearest to what a telephone shows. */
const sizeOf = ({ files }: OccasionPhoto) =>
  files
    .filter(({ ext }) => ext === 'jpg')
    .sort((one, other) => Math.abs(one.width - 720) - Math.abs(other.width - 720))[0];

function placesOf({ x, y }: { x: number; y: number }, language: Language) {
  const nearest = (at: number) =>
    PLACES.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best), 50);
  return PLACES.flatMap((down, row) =>
    PLACES.map((across, column) => ({
      value: `${across} ${down}`,
      checked: nearest(x) === across && nearest(y) === down,
      words: translate(language, `occasion.photo.place.${row}${column}`),
    })),
  );
}
