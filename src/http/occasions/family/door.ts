import type { Request, Response } from 'express';
import { sendOccasionCode } from '../../../campaigns/occasions/codes.ts';
import { Refusal } from '../../../errors.ts';
import { openFamilyDoor } from '../../../pages/occasions/family.ts';
import { drawCodeAgain, endLinks, enterCode, type Keeper } from '../../../pages/occasions/keepers.ts';
import { readerLanguage } from '../../../reader.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { familyPath } from '../address.ts';
import { hidden, openedBy } from '../make/contact.ts';

/**
 * An old link may lie in a telephone whose number went to somebody else, so it shows nothing of the page: a code to
 * the contact that was proven opens it, and whoever it is not for can say so.
 */
export const showOldDoor: Handler = (web) => async (req, res) => {
  const keeper = await oldKeeper(web, req, res);
  if (keeper) showForm(web, { req, res, keeper });
};

/** Null when the answer has been given: the link opens, or opens nothing any more. */
async function oldKeeper(web: Web, req: Request, res: Response): Promise<Keeper | null> {
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  const token = String(req.params.token);
  const door = await openFamilyDoor(web.ground, token);
  if (!door.opens && door.why === 'old') return door.keeper;
  if (door.opens) res.redirect(303, familyPath(token));
  else showPage(web, { req, res, name: 'family-gone', status: 410 });
  return null;
}

interface Form {
  req: Request;
  res: Response;
  keeper: Keeper;
  sent?: boolean;
  refused?: string;
  status?: number;
}

function showForm(web: Web, { req, res, keeper, sent = false, refused = '', status = 200 }: Form): void {
  const data = { home: familyPath(String(req.params.token)), contact: hidden(keeper), sent, refused };
  showPage(web, { req, res, status, name: 'family-code', data });
}

export const enterOldCode: Handler = (web) => async (req, res) => {
  const keeper = await oldKeeper(web, req, res);
  if (!keeper) return;
  const form = readForm(req);
  const code = form.text('code');
  const language = readerLanguage(req);
  const sent = form.text('send') === '';
  try {
    if (!sent) {
      await sendOccasionCode(web.ground, await drawCodeAgain(web.ground, keeper.id));
      return showForm(web, { req, res, keeper, sent: true });
    }
    const proven = await enterCode(web.ground, { keeperId: keeper.id, typed: code });
    res.redirect(303, `${openedBy(web, proven)}?lang=${language}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    showForm(web, { req, res, keeper, sent, refused: sentenceIn(language, error), status: error.status });
  }
};

/** The number was somebody else's before: the links end, and nothing is lost. */
export const notMine: Handler = (web) => async (req, res) => {
  const keeper = await oldKeeper(web, req, res);
  if (!keeper) return;
  await endLinks(web.ground, keeper);
  showPage(web, { req, res, name: 'family-not-mine' });
};
