import type { Request, Response } from 'express';
import { indianDay } from '../../giving/calendar.ts';
import { photosOf } from '../../pages/occasions/photos.ts';
import { previewOf } from '../../pages/occasions/shown.ts';
import type { Web } from '../web.ts';
import { showOccasion } from './page.ts';

/**
 * A page as it was last saved, as guests would see it, for its family and for staff. It runs nothing and stands
 * only in a frame of ours.
 */
export async function sendPreview(
  web: Web,
  { req, res, id }: { req: Request; res: Response; id: string },
): Promise<void> {
  const { sql, clock } = web.ground;
  const page = await previewOf(sql, id, indianDay(clock.now()));
  const policy = ["default-src 'none'", "style-src 'self'", "img-src 'self' data:", "form-action 'none'"];
  const frame = ["base-uri 'none'", "frame-ancestors 'self'", 'sandbox allow-same-origin'];
  res.set('Content-Security-Policy', [...policy, ...frame].join('; '));
  const figures = { raised: 0n, gifts: 0 };
  await showOccasion(web, {
    ...{ req, res, page, photos: await photosOf(sql, id), wall: [], figures, preview: true },
  });
}
