import { openFamilyDoor } from '../../../pages/occasions/family.ts';
import { occasionFigures } from '../../../pages/occasions/gifts.ts';
import { readOccasion } from '../../../pages/occasions/make.ts';
import { readPaper } from '../../../pages/occasions/papers/papers.ts';
import { namesOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import type { Handler } from '../../web.ts';
import { familyPath } from '../address.ts';
import { sendPdf, showDrawing } from './files.ts';

/** What came together at a page, for its family: never another sum than the books have at that moment. */
export const sendCertificate: Handler = (web) => async (req, res) => {
  const token = String(req.params.token);
  const door = await openFamilyDoor(web.ground, token);
  // Their own page says what is wrong with a link.
  if (!door.opens) return res.redirect(303, familyPath(token));
  const { id, content } = await readOccasion(web.ground, door.keeper.occasionId);
  const { language } = content;
  const paper = await readPaper(web.ground, { occasionId: id, kind: 'certificate', language });
  if (paper?.fresh) return sendPdf(res, paper.bytes, `${namesOf(content)} We Care`);
  const { gifts } = await occasionFigures(web.ground.sql, id);
  if (!gifts) return res.redirect(303, familyPath(token));
  await web.ground.queues.add('occasions', [{ payload: { occasion: id } }]);
  showDrawing(web, { req, res, language: readerLanguage(req, language) });
};
