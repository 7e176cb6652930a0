import { moveFamily } from '../../../campaigns/occasions/helpline.ts';
import { declareGrown } from '../../../pages/occasions/helpline.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { showOne } from './one.ts';
import { OCCASIONS, occasionIdOf } from './words.ts';

/** The helpline gives a family another telephone or mailbox, and sends the link there. */
export const moveContact: Handler = (web) => (req, res) => {
  const typed = readForm(req).text('contact').trim();
  const keeperId = String(req.params.keeper);
  return orAgain(
    async () => {
      const occasionId = occasionIdOf(req);
      const wish = { occasionId, of: { keeperId }, contact: typed };
      await moveFamily(web.ground, wish, { ...staffOf(res).user, disabledAt: null });
      leadOn(res, `${OCCASIONS}/${occasionId}`, 'occasion-contact');
    },
    (refusal) =>
      refusal.status === 404
        ? Promise.reject(refusal)
        : showOne(web, { req, res, moving: { keeperId, typed, text: readingOf(req, res).said(refusal) } }),
  );
};

/** Notes that a page which guests see is no child's, as the parent said. */
export const noteGrown: Handler = (web) => (req, res) => {
  const words = readForm(req).long('grown').slice(0, 2000);
  return orAgain(
    async () => {
      const id = occasionIdOf(req);
      await declareGrown(web.ground, { id, words }, { ...staffOf(res).user, disabledAt: null });
      leadOn(res, `${OCCASIONS}/${id}`, 'occasion-grown');
    },
    (refusal) =>
      refusal.status === 404
        ? Promise.reject(refusal)
        : showOne(web, { req, res, grown: { text: readingOf(req, res).said(refusal), words } }),
  );
};
