import type { Request, RequestHandler, Response } from 'express';
import { Refusal } from '../../errors.ts';
import { openFamilyDoor } from '../../pages/occasions/family.ts';
import { type Keeper, keepersOf } from '../../pages/occasions/keepers.ts';
import { readDraftToken } from '../../pages/occasions/links.ts';
import { type OccasionDraft, readOccasion } from '../../pages/occasions/make.ts';
import { showPage } from '../pages.ts';
import type { Web } from '../web.ts';
import { familyPath } from './address.ts';

/** A page of a family that was opened by its link. */
export interface Opened {
  draft: OccasionDraft;
  /** Where its screens are, without one of them. */
  base: string;
  /** The family's own page; null while nobody is proven. */
  home: string | null;
}

/** What the `draft` or `family` guard has opened. */
export const openedOf = (res: Response): Opened => res.locals.opened;
/** Who answers for the page, as the `family` guard has read it. */
export const keeperOf = (res: Response): Keeper => res.locals.keeper;

interface Closed {
  req: Request;
  res: Response;
  name: 'occasion-gone' | 'occasion-made' | 'family-gone' | 'family-removed';
  status: number;
  language?: string;
}

const showClosed = (web: Web, { name, ...closed }: Closed): void => showPage(web, { ...closed, name });

/** Reads the page that `:token` is being made by. Once its contact was proven, the family's own link leads there. */
export function requireDraft(web: Web): RequestHandler {
  return async (req, res, next) => {
    const id = readDraftToken(web.ground.keys, String(req.params.token));
    if (!id) return showClosed(web, { req, res, name: 'occasion-gone', status: 404 });
    const draft = await draftOf(web, id);
    if (!draft) return showClosed(web, { req, res, name: 'family-removed', status: 410 });
    const keepers = await keepersOf(web.ground, id);
    if (keepers.some(({ verifiedAt }) => verifiedAt))
      return showClosed(web, {
        ...{ req, res, name: 'occasion-made', status: 410 },
        language: draft.content.language,
      });
    res.locals.opened = { draft, base: `/occasions/make/${req.params.token}`, home: null } satisfies Opened;
    next();
  };
}

/** Opens a family's own page. An old link asks for a code first; an ended one says kindly that it is. */
export function requireFamily(web: Web): RequestHandler {
  return async (req, res, next) => {
    const token = String(req.params.token);
    const door = await openFamilyDoor(web.ground, token);
    if (door.opens) {
      const draft = await draftOf(web, door.keeper.occasionId);
      if (!draft) return showClosed(web, { req, res, name: 'family-removed', status: 410 });
      const home = familyPath(token);
      res.locals.opened = { draft, base: `${home}/edit`, home } satisfies Opened;
      res.locals.keeper = door.keeper;
      return next();
    }
    if (door.why === 'ended') return showClosed(web, { req, res, name: 'family-gone', status: 410 });
    res.redirect(303, `${familyPath(token)}/code`);
  };
}

/** Null for a page that its family removed. */
async function draftOf({ ground }: Web, id: string): Promise<OccasionDraft | null> {
  try {
    return await readOccasion(ground, id);
  } catch (error) {
    if (error instanceof Refusal && (error.status === 410 || error.status === 404)) return null;
    throw error;
  }
}
