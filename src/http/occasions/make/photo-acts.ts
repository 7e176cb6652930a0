import { Refusal } from '../../../errors.ts';
import type { Ground } from '../../../ground.ts';
import type { OccasionContent } from '../../../pages/occasions/content.ts';
import { readOccasion, saveOccasion } from '../../../pages/occasions/make.ts';
import type { Framing } from '../../../pages/occasions/photo-drawing.ts';
import { framePhoto, photosOf, removePhoto } from '../../../pages/occasions/photos.ts';
import { say } from '../../../say.ts';
import type { Form } from '../../form.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'queues'>;
type Photos = OccasionContent['photos'];

/** Puts a photograph that has come onto its page, behind the others. */
export const takeIn = (ground: Needs, occasionId: string, id: string): Promise<void> =>
  change(ground, occasionId, (photos) => {
    if (photos.length >= 12)
      throw new Refusal(say`A page shows 12 photographs. Take one away before you add another.`);
    return [...photos, { id, x: 50, y: 40, caption: '' }];
  });

interface Wish {
  occasionId: string;
  id: string;
  form: Form;
}

/** @returns whether it is still there */
export async function actOnPhoto(ground: Needs, { occasionId, id, form }: Wish): Promise<boolean> {
  const act = form.text('act');
  if (act === 'remove') {
    await change(ground, occasionId, (photos) => photos.filter((photo) => photo.id !== id));
    await removePhoto(ground, { occasionId, id });
    return false;
  }
  if (act === 'first')
    await change(ground, occasionId, (photos) => {
      const first = photos.filter((photo) => photo.id === id);
      return [...first, ...photos.filter((photo) => photo.id !== id)];
    });
  else if (act === 'turn' || act === 'cut' || act === 'whole') await frame(ground, { occasionId, id, form });
  else
    await change(ground, occasionId, (photos) =>
      photos.map((photo) => (photo.id === id ? { ...photo, ...saidOf(photo, form) } : photo)),
    );
  return true;
}

/** What must be seen in a narrow frame, one of nine places; and what stands under it. */
function saidOf(photo: Photos[number], form: Form): Partial<Photos[number]> {
  const [x, y] = form.text('focus').split(' ').map(Number);
  const place = (at: number | undefined, was: number) =>
    at !== undefined && Number.isInteger(at) && at >= 0 && at <= 100 ? at : was;
  return { x: place(x, photo.x), y: place(y, photo.y), caption: form.text('caption').slice(0, 200) };
}

async function frame(ground: Needs, { occasionId, id, form }: Wish): Promise<void> {
  const photo = (await photosOf(ground.sql, occasionId)).find((one) => one.id === id);
  if (!photo) throw new Refusal(say`That photograph is no longer here. Add it once more.`, 404);
  const { turn, crop } = photo;
  const act = form.text('act');
  const wish: Framing =
    act === 'turn'
      ? { turn: turn + 1, crop: crop && turned(crop) }
      : { turn, crop: act === 'cut' ? cutOf(form) : null };
  await framePhoto(ground, { occasionId, id, ...wish });
}

/** The same part of a picture that was turned to the right. */
const turned = ({ x, y, width, height }: NonNullable<Framing['crop']>) => ({
  ...{ x: 100 - y - height, y: x, width: height, height: width },
});

/** What is cut off on each side, in hundredths; at least a tenth stays. */
function cutOf(form: Form): Framing['crop'] {
  const side = (name: string) => Math.min(45, Math.max(0, Math.round(Number(form.text(name)) || 0)));
  const [left, right, top, bottom] = ['left', 'right', 'top', 'bottom'].map(side) as [
    ...[number, number, number, number],
  ];
  if (!left && !right && !top && !bottom) return null;
  return { x: left, y: top, width: 100 - left - right, height: 100 - top - bottom };
}

/** The newest edition is changed: a photograph takes nothing of anybody's words away. */
async function change(ground: Needs, occasionId: string, make: (photos: Photos) => Photos): Promise<void> {
  const { content, edition } = await readOccasion(ground, occasionId);
  const wish = { content: { photos: make(content.photos) } };
  await saveOccasion(ground, { id: occasionId, expected: edition }, wish);
}
