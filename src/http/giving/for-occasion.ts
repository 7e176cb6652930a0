import type { Request } from 'express';
import { indianDay } from '../../giving/calendar.ts';
import type { Ground } from '../../ground.ts';
import type { Language } from '../../i18n.ts';
import type { OccasionContent } from '../../pages/occasions/content.ts';
import { lookOf } from '../../pages/occasions/designs.ts';
import { findShown, type ShownOccasion } from '../../pages/occasions/shown.ts';
import { kindWords, moodOf, namesOf } from '../../pages/occasions/words.ts';
import { occasionPath } from '../occasions/address.ts';
import { maySee } from '../occasions/guest/pass.ts';
import type { Posted } from './fields.ts';

type Needs = Pick<Ground, 'sql' | 'clock' | 'config' | 'keys'>;

/** A form that a guest of a family's page fills in; `page` is null where it takes no gifts, or not from them. */
export interface AtOccasion {
  posted: Posted;
  page: ShownOccasion | null;
  /** Whoever came for a page that takes no gifts any more is told so. */
  closed: boolean;
}

/**
 * What a form is for, whatever came along hidden: the page says which project it is, whose invitation it came by,
 * and that nothing of who gives at a child's page is followed.
 */
export async function atOccasion(ground: Needs, req: Request, posted: Posted): Promise<AtOccasion> {
  if (!posted.occasion) return { posted, page: null, closed: false };
  const page = await findShown(ground.sql, posted.occasion, indianDay(ground.clock.now()));
  if (!page?.open || !maySee(ground, req, page))
    return { posted: { ...posted, occasion: '', project: '' }, page: null, closed: true };
  const touch = page.child ? '' : posted.touch || page.touch || '';
  // For whom it is, the page says.
  const said = { ...posted, dedication: '', honoured: '', cardName: '', cardEmail: '' };
  return { posted: { ...said, touch, project: page.project?.slug ?? '' }, page, closed: false };
}

/** What the screens say of the page. */
export const occasionShown = (
  page: { code: string; kind: string; content: { names: string[] } },
  language: Language,
) => ({
  ...{ names: namesOf(page.content), kind: kindWords(page.kind, language), tone: moodOf(page.kind) },
  href: `${occasionPath(page.code)}?lang=${language}`,
});

/** Everything about a gift in remembrance is quiet, until its donor is thanked. */
export const occasionColours = (page: { kind: string; content: Pick<OccasionContent, 'design'> }) => ({
  mood: lookOf(page.content.design, moodOf(page.kind)).palette,
});

/** As the gift keeps it. */
export const wishedOccasion = (page: ShownOccasion | null, { showAmount }: Pick<Posted, 'showAmount'>) =>
  page && { id: page.id, showAmount: Boolean(showAmount) };
