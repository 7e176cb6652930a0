import { askToShow } from '../../../pages/occasions/asking.ts';
import { type FamilyStep, stepFamily } from '../../../pages/occasions/family.ts';
import { paletteOf, whoseOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler } from '../../web.ts';
import { openedOf } from '../doors.ts';
import { act } from './act.ts';

/** Somebody of age declared it when the page was made. */
export const showAgain = act(async (web, _req, res) => {
  const { shown } = await askToShow(web.ground, openedOf(res).draft.id, { adult: false });
  return { done: shown ? 'shown' : 'asked' };
});

const DONE = { close: 'closed', reopen: 'reopened' } as const;

const step = (wish: Exclude<FamilyStep, 'remove'>) =>
  act(async (web, req, res) => {
    const words = readForm(req).long('words');
    await stepFamily(web.ground, { occasionId: openedOf(res).draft.id, step: wish, words });
    return { done: DONE[wish] };
  });

export const close = step('close');
export const reopen = step('reopen');

/** One question, and nothing is removed by looking at it. */
export const askRemoval: Handler = (web) => (req, res) => {
  const { draft, home } = openedOf(res);
  const language = readerLanguage(req, draft.content.language);
  showPage(web, {
    ...{ req, res, name: 'family-removal', language: draft.content.language },
    data: { home, query: `?lang=${language}`, names: whoseOf(draft, language), mood: paletteOf(draft.kind) },
  });
};

export const remove: Handler = (web) => async (req, res) => {
  const { draft } = openedOf(res);
  await stepFamily(web.ground, { occasionId: draft.id, step: 'remove' });
  showPage(web, { req, res, name: 'family-removed', language: draft.content.language });
};
