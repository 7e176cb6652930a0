import type { Request, Response } from 'express';
import type { Language } from '../../i18n.ts';
import type { GuestGift, OccasionFigures } from '../../pages/occasions/gifts.ts';
import type { OccasionPhoto } from '../../pages/occasions/photos.ts';
import { isFindable, type ShownOccasion } from '../../pages/occasions/shown.ts';
import { titleOf } from '../../pages/occasions/words.ts';
import { readerLanguage } from '../../reader.ts';
import { drawPage } from '../pages.ts';
import type { Web } from '../web.ts';
import { type Beneficiary, beneficiaryOf } from './beneficiary.ts';
import { occasionCard } from './head.ts';
import { shownOccasion } from './shown.ts';

/** A page of a family, and whatever else stands on it. */
export interface OccasionToShow {
  page: ShownOccasion;
  photos: OccasionPhoto[];
  /** The newest gifts; one more than are shown says that there are others. */
  wall: GuestGift[];
  figures: OccasionFigures;
  /** For its family or for staff, before guests see it: nothing leads on from it. */
  preview: boolean;
}

/** The same in a language, at a moment. */
export interface OccasionShowing extends OccasionToShow {
  beneficiary: Beneficiary;
  language: Language;
  now: Date;
  /** Of the addresses that it leads to: the form to give speaks as the page does. */
  query: string;
  publicUrl: string;
}

/** Answers with a page as guests see it, kept by nobody: previews, and pages that only some may see. */
export async function showOccasion(
  web: Web,
  { req, res, ...shown }: OccasionToShow & { req: Request; res: Response },
): Promise<void> {
  res.set({ 'Cache-Control': 'private, no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  res
    .vary('Accept-Language')
    .type('html')
    .send(await drawOccasion(web, { req, ...shown }));
}

/** The page as HTML: in the language that was asked for, or in the family's, because their guests read that. */
export async function drawOccasion(
  web: Web,
  { req, ...shown }: OccasionToShow & { req: Request },
): Promise<string> {
  const { page, preview } = shown;
  const language = readerLanguage(req, page.content.language);
  const showing: OccasionShowing = {
    ...{ ...shown, language, query: `?lang=${language}`, publicUrl: web.ground.config.publicUrl },
    ...{ now: web.ground.clock.now(), beneficiary: await beneficiaryOf(web.ground, page, language) },
  };
  return drawPage(web, {
    ...{ req, name: 'occasion', language, title: titleOf(page, language) },
    data: {
      ...shownOccasion(showing),
      ...{ sheet: 'occasion.css', section: 'occasions', noindex: preview || !isFindable(page) },
      card: preview ? null : occasionCard(web, { page, language }),
    },
  });
}
