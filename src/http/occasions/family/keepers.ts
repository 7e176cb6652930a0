import { mailFamilyLink, sendOccasionCode } from '../../../campaigns/occasions/codes.ts';
import { Refusal } from '../../../errors.ts';
import { setRemind } from '../../../pages/occasions/family.ts';
import {
  askKeeper,
  contactTyped,
  digestRhythms,
  endKeeper,
  endLinks,
  keepersOf,
  setDigest,
} from '../../../pages/occasions/keepers.ts';
import { enterCode } from '../../../pages/occasions/proof.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { keeperOf, openedOf } from '../doors.ts';
import { act } from './act.ts';

/** How often this keeper hears of gifts, and whether the family is asked for next year's day. */
export const setNews = act(async (web, req, res) => {
  const form = readForm(req);
  const digest = digestRhythms.find((one) => one === form.text('digest'));
  if (!digest) throw new Refusal(say`The form came without its fields. Please try once more.`);
  await setDigest(web.ground, keeperOf(res), digest);
  await setRemind(web.ground, openedOf(res).draft.id, form.text('remind') === 'yes');
  return { done: 'news', at: 'news' };
});

export const sendLink = act(async (web, _req, res) => {
  await mailFamilyLink(web.ground, keeperOf(res));
  return { done: 'link', at: 'links' };
});

/** No link that was sent to this keeper until now opens anything any more, this one among them. */
export const endOwnLinks: Handler = (web) => async (req, res) => {
  await endLinks(web.ground, keeperOf(res));
  showPage(web, { req, res, name: 'family-ended', language: openedOf(res).draft.content.language });
};

/** A code goes to the second; whoever invites them types it, or hands them the telephone. */
export const addKeeper = act(async (web, req, res) => {
  const form = readForm(req);
  const name = form.text('name').trim().slice(0, 80);
  if (!name) throw new Refusal(say`Write the name of whoever shall answer for the page with you.`);
  const wish = { ...contactTyped(form.text('contact').trim()), name, second: true };
  const code = await askKeeper(web.ground, { ...wish, occasionId: openedOf(res).draft.id });
  await sendOccasionCode(web.ground, code);
  return { done: 'keeper', at: 'keeper' };
});

export const enterKeeperCode = act(async (web, req, res) => {
  const second = await secondOf(web, openedOf(res).draft.id);
  await enterCode(web.ground, { keeperId: second.id, typed: readForm(req).text('code') });
  return { done: 'joined', at: 'keeper' };
});

export const letKeeperGo = act(async (web, _req, res) => {
  const second = await secondOf(web, openedOf(res).draft.id);
  await endKeeper(web.ground, second);
  return { done: 'let-go', at: 'keeper' };
});

async function secondOf({ ground }: Web, occasionId: string) {
  const second = (await keepersOf(ground, occasionId)).find((keeper) => keeper.second);
  if (!second) throw new Refusal(say`Nobody else answers for this page.`, 404);
  return second;
}
