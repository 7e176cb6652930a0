import type { Request, Response } from 'express';
import { GatewayFailure } from '../../../channels/gateway.ts';
import { takesGifts } from '../../giving/accounts.ts';
import { giftToken } from '../../giving/gift-token.ts';
import type { Share } from '../../giving/holds.ts';
import { beginMonthly, takesMonthly } from '../../giving/monthly.ts';
import { askGateway, findOrder, type GiftWish, recordGift } from '../../giving/orders.ts';
import { streamOf } from '../../giving/source.ts';
import type { Ground } from '../../ground.ts';
import type { ProjectToGive } from '../../pages/to-give.ts';
import { readerLanguage } from '../../reader.ts';
import { readForm } from '../form.ts';
import { showPage } from '../pages.ts';
import type { Route } from '../routes.ts';
import type { Handler, Web } from '../web.ts';
import { amountOf, type Faults, faultsOfAmount, isMonthly, readTold, type Told } from './checks.ts';
import { freshForm, type Posted, readPosted, type Screen, screens, sourceOf } from './fields.ts';
import {
  type AtOccasion,
  atOccasion,
  occasionColours,
  occasionShown,
  wishedOccasion,
} from './for-occasion.ts';
import { changedShare, projectFor, promisedBy, shareFor, shareShown, suggestionsOf } from './for-project.ts';
import { type Refused, shownOn } from './screens.ts';
import { wishOf } from './wish.ts';

export const GIVE = '/give';

const showFresh: Handler = (web) => async (req, res) => {
  const language = readerLanguage(req);
  const { posted, ...at } = await atOccasion(web.ground, req, freshForm(req, []));
  const project = await projectFor(web.ground, posted, language);
  const rupees = suggestionsOf(project, language).map((one) => Number(one.rupees));
  // The amount that is chosen at first is one of those that are offered.
  const fresh = { ...freshForm(req, rupees), ...forWhat(posted) };
  await showScreen(web, { req, res, screen: 'amount', posted: fresh, ...at });
};

const forWhat = ({ project, occasion, touch }: Posted) => ({ project, occasion, touch });

interface Shown extends AtOccasion {
  req: Request;
  res: Response;
  screen: Screen;
  faults?: Faults;
  /** Why a gift of this source cannot be taken here. */
  refused?: Refused | null;
  told?: Told;
  /** What became of a promise that could not be kept. */
  changed?: Share;
}

/** One screen, with all that was typed on this and the others. */
async function showScreen(web: Web, shown: Shown): Promise<void> {
  const { req, res, screen, posted, page, faults = {}, refused = null, told, changed } = shown;
  const language = readerLanguage(req);
  const project = await projectFor(web.ground, posted, language);
  // Whoever came for a project that is closed meanwhile is told, and may give to the fund.
  const closed = posted.project !== '' && !project;
  const once = project?.capped || page !== null;
  const monthly = screen === 'amount' && !once && (await takesMonthly(web.ground));
  const share = told && project && (changed ?? (await shareOf(web.ground, project, posted)));
  const status = changed ? 409 : refused || Object.keys(faults).length ? 422 : 200;
  // With `no-store` a browser that goes back to a posted screen shows an error instead.
  res.set({ 'Cache-Control': 'private, no-cache' });
  showPage(web, {
    ...{ req, res, status, name: `give-${screen}` },
    data: {
      ...shownOn(screen, {
        ...{ faults, refused, told, language, project, monthly, closed, closedPage: shown.closed },
        posted: { ...posted, promised: '', ...(closed && { project: '' }) },
        ...{ suggestions: suggestionsOf(project, language), changed: Boolean(changed) },
        occasion: page && occasionShown(page, language),
        share: share ? shareShown(share) : undefined,
      }),
      ...(page && occasionColours(page)),
      action: GIVE,
      otherForm: 'give',
    },
  });
}

/**
 * Takes a screen and shows the one that is wished for. Every screen before it is checked each time, because
 * what came along hidden may have been changed on the way; the first that has a fault is shown again. From
 * the last one the gift is made.
 */
const takeScreen: Handler = (web) => async (req, res) => {
  const at = await atOccasion(web.ground, req, readPosted(req));
  const { posted, page } = at;
  const wished = readForm(req).text('to');
  const to = wished === 'give' ? screens.length : Math.max(0, screens.indexOf(wished as Screen));
  const shown = { req, res, ...at };
  if (to === 0 || at.closed) return showScreen(web, { ...shown, screen: 'amount' });
  const stream = streamOf(sourceOf(posted));
  const faults = faultsOfAmount(posted, stream);
  const refused = stream === 'unanswered' ? null : await refusalOf(web.ground, stream);
  const amount = amountOf(posted);
  if (
    refused ||
    Object.keys(faults).length ||
    !amount.ok ||
    stream === 'unanswered' ||
    stream === 'undecided'
  )
    return showScreen(web, { ...shown, screen: 'amount', faults, refused });
  const wanted = await projectFor(web.ground, posted, 'en');
  // What has an end cannot be promised a part of every month.
  if ((posted.project && (!wanted || (wanted.capped && isMonthly(posted)))) || (page && isMonthly(posted)))
    return showScreen(web, { ...shown, screen: 'amount', posted: { ...posted, often: 'once' } });
  if (to === 1) return showScreen(web, { ...shown, screen: 'who' });
  const who = readTold(posted);
  if (Object.keys(who.faults).length) return showScreen(web, { ...shown, screen: 'who', faults: who.faults });
  if (to === 2) return showScreen(web, { ...shown, screen: 'check', told: who.told });
  const language = readerLanguage(req);
  const project = await wishedProject(web.ground, posted, amount.paise);
  const occasion = wishedOccasion(page, posted);
  const checked = { posted, told: who.told, stream, amount: amount.paise, language, project, occasion };
  try {
    const id = await placeGift(web.ground, wishOf(web.ground.keys, checked));
    res.redirect(303, `${GIVE}/gift/${giftToken(web.ground.keys, id)}?lang=${language}`);
  } catch (err) {
    const changed = changedShare(err);
    if (!changed) throw err;
    await showScreen(web, { ...shown, screen: 'check', told: who.told, changed });
  }
};

/** What the form had promised of its project; a form that promised nothing is promised what is true now. */
async function wishedProject(ground: Ground, posted: Posted, amount: bigint) {
  const project = await projectFor(ground, posted, 'en');
  return (
    project && {
      id: project.id,
      shown: promisedBy(posted, amount) ?? (await shareFor(ground, project, amount)),
    }
  );
}

async function shareOf(ground: Ground, project: ProjectToGive, posted: Posted): Promise<Share | null> {
  const amount = amountOf(posted);
  return amount.ok ? shareFor(ground, project, amount.paise) : null;
}

async function refusalOf(ground: Ground, stream: 'domestic' | 'fcra' | 'undecided'): Promise<Refused | null> {
  if (stream === 'undecided') return 'undecided';
  if (await takesGifts(ground, stream)) return null;
  return stream === 'fcra' ? 'foreign' : 'closed';
}

/** The gift is kept even when the gateway does not answer now: its page asks again. @returns its order's id */
async function placeGift(ground: Ground, wish: GiftWish): Promise<string> {
  const id = await recordGift(ground, wish);
  try {
    const monthly = (await findOrder(ground, id))?.monthlyId;
    await (monthly ? beginMonthly(ground, monthly) : askGateway(ground, id));
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    ground.log.warn({ err, order: id }, 'the gateway could not be asked for an order');
  }
  return id;
}

export const giveRoutes: Route[] = [
  { method: 'get', path: GIVE, who: 'anyone', does: 'shows the form to give', handle: showFresh },
  {
    ...{ method: 'post', path: GIVE, who: 'anyone', does: 'takes one screen of it, and makes the order' },
    ...{ limit: 'gift', handle: takeScreen },
  },
];
