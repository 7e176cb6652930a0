import { hideGift, thankGifts } from '../../../pages/occasions/gifts.ts';
import { readForm } from '../../form.ts';
import { openedOf } from '../doors.ts';
import { act } from './act.ts';

export const thankAll = act(async (web, req, res) => {
  const words = readForm(req).long('words');
  const thanked = await thankGifts(web.ground, { occasionId: openedOf(res).draft.id, words });
  return { done: thanked ? 'thanked' : 'nobody', at: 'gifts' };
});

export const thankOne = act(async (web, req, res) => {
  const donationId = String(req.params.gift);
  const words = readForm(req).long('words');
  await thankGifts(web.ground, { occasionId: openedOf(res).draft.id, donationId, words });
  return { done: 'thanked', at: `gift-${donationId}` };
});

export const hide = act(async (web, req, res) => {
  const donationId = String(req.params.gift);
  const hidden = readForm(req).text('hidden') === 'yes';
  await hideGift(web.ground, { occasionId: openedOf(res).draft.id, donationId }, hidden);
  return { done: hidden ? 'hidden' : 'unhidden', at: `gift-${donationId}` };
});
