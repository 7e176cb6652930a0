import type { Handler } from '../../web.ts';
import { openedOf } from '../doors.ts';
import { sendPreview } from '../preview.ts';

/** The page as it was last saved, as guests would see it. */
export const showPreview: Handler = (web) => (req, res) =>
  sendPreview(web, { req, res, id: openedOf(res).draft.id });
