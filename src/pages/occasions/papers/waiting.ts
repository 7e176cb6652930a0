import type { Ground } from '../../../ground.ts';
import { waitingPhotos } from '../photos.ts';
import { stalePapers } from './papers.ts';

/** Queues what is to be drawn: a queue that was emptied forgets nothing, and a page that was shown anew gets its papers. */
export async function queueDrawings({ sql, queues }: Pick<Ground, 'sql' | 'queues'>): Promise<void> {
  const [photos, pages] = [await waitingPhotos({ sql }), await stalePapers({ sql })];
  await queues.add('occasions', [
    ...photos.map((payload) => ({ payload, id: `photo-${payload.photo}` })),
    ...pages.map((payload) => ({ payload, id: `papers-${payload.occasion}` })),
  ]);
}
