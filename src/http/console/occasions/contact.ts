import { mailFamilyLink } from '../../../campaigns/occasions/codes.ts';
import { changeContact } from '../../../pages/occasions/helpline.ts';
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
      const wish = { occasionId, keeperId, contact: typed };
      const keeper = await changeContact(web.ground, wish, { ...staffOf(res).user, disabledAt: null });
      await mailFamilyLink(web.ground, keeper);
      leadOn(res, `${OCCASIONS}/${occasionId}`, 'occasion-contact');
    },
    (refusal) =>
      refusal.status === 404
        ? Promise.reject(refusal)
        : showOne(web, { req, res, moving: { keeperId, typed, text: readingOf(req, res).said(refusal) } }),
  );
};
