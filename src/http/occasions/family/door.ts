import type { Request, Response } from 'express';
import { sendOccasionCode } from '../../../campaigns/occasions/codes.ts';
import { Refusal } from '../../../errors.ts';
import { openFamilyDoor } from '../../../pages/occasions/family.ts';
import { type Keeper, loseContact } from '../../../pages/occasions/keepers.ts';
import { drawCodeAgain, isStale } from '../../../pages/occasions/proof.ts';
import { enterAgain } from '../../../pages/occasions/proving.ts';
import { readerLanguage } from '../../../reader.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { familyPath } from '../address.ts';
import { hidden, openedBy } from '../make/contact.ts';

/**
 * A link may lie in a telephone whose number went to somebody else, so it shows nothing of the page: a code to the
 * contact that was proven opens it, with the day of the page where that was long ago; and whoever it is not for can
 * say so.
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
  /** A code is on its way. */
  sent?: boolean;
  /** The code was right, and the day is asked for. */
  code?: string;
  refused?: string;
  status?: number;
}

function showForm(web: Web, { req, res, keeper, status = 200, ...form }: Form): void {
  const { sent = false, code = '', refused = '' } = form;
  const old = isStale(keeper, web.ground.clock.now());
  const home = familyPath(String(req.params.token));
  const data = { home, contact: hidden(keeper), sent, code, refused, old, helpline: status === 429 };
  showPage(web, { req, res, status, name: 'family-code', data });
}

export const enterOldCode: Handler = (web) => async (req, res) => {
  const keeper = await oldKeeper(web, req, res);
  if (!keeper) return;
  const form = readForm(req);
  const [code, day] = [form.text('code'), form.text('day')];
  const sent = form.text('send') === '';
  try {
    if (sent) return await openByCode(web, { req, res, keeper, code, day });
    await sendOccasionCode(web.ground, await drawCodeAgain(web.ground, keeper.id));
    showForm(web, { req, res, keeper, sent: true });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = sentenceIn(readerLanguage(req), error);
    // A day is asked for once the code was right.
    showForm(web, { req, res, keeper, sent, code: day && code, refused, status: error.status });
  }
};

async function openByCode(web: Web, { req, res, keeper, code, day }: Form & { code: string; day: string }) {
  const { keepers } = await enterAgain(web.ground, [keeper], { keeperId: keeper.id, code, day });
  const [proven] = keepers;
  if (!proven) return showForm(web, { req, res, keeper, sent: true, code });
  res.redirect(303, `${openedBy(web, proven)}?lang=${readerLanguage(req)}`);
}

/** The number was somebody else's before: the links end, and nothing is lost. */
export const notMine: Handler = (web) => async (req, res) => {
  const keeper = await oldKeeper(web, req, res);
  if (!keeper) return;
  await loseContact(web.ground, keeper);
  showPage(web, { req, res, name: 'family-not-mine' });
};
