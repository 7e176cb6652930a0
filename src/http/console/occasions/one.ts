import type { Request, Response } from 'express';
import { campaignOfTouch } from '../../../campaigns/occasions/touch.ts';
import { formatAmount } from '../../../i18n.ts';
import {
  decideOccasion,
  decisions,
  LOOKERS,
  type OccasionDecision,
} from '../../../pages/occasions/decide.ts';
import { type OccasionDesk, readOccasionDesk } from '../../../pages/occasions/desk.ts';
import { readPhotoForStaff } from '../../../pages/occasions/photos.ts';
import { mayStepOccasion } from '../../../pages/occasions/states.ts';
import { readForm } from '../../form.ts';
import { sendPreview } from '../../occasions/preview.ts';
import { hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { comparedWith, factsOf } from './compared.ts';
import { reportView } from './reports.ts';
import { badgeOf, namesOf, OCCASIONS, occasionIdOf, STYLES } from './words.ts';

interface Refused {
  text: string;
  words: string;
}

/** A new contact that was not taken. */
interface Moving {
  keeperId: string;
  typed: string;
  text: string;
}

interface Showing {
  req: Request;
  res: Response;
  refused?: Refused;
  moving?: Moving;
  /** Why it was not noted that the page is no child's. */
  grown?: Refused;
}

export const show: Handler = (web) => (req, res) => showOne(web, { req, res });

/** One page: what guests would see beside what they see, why to look twice, what was done, what can be done. */
export async function showOne(web: Web, { req, res, refused, moving, grown }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const desk = await readOccasionDesk(web.ground, occasionIdOf(req));
  const { page } = desk;
  const mayDecide = hasRole(staffOf(res), LOOKERS);
  const now = web.ground.clock.now();
  const data = {
    ...{ path: `${OCCASIONS}/${page.id}`, number: page.number, badge: badgeOf(reading, page.state) },
    ...{ edition: page.edition, askedAt: page.askedAt, unseen: page.unseen, child: page.child },
    signs: page.signs.map(({ name, seen }) => ({ text: reading.t(`occasions.sign.${name}`), seen })),
    ...comparedWith(desk, reading),
    photos: photosView(desk),
    facts: factsOf(desk, reading),
    campaign: await campaignOfTouch(web.ground, page.touch),
    keepers: desk.keepers.map((keeper) => ({
      ...keeper,
      ...{ way: reading.t(`occasions.channel.${keeper.channel}`), mayMove: mayDecide && keeper.verifiedAt },
      moving: moving?.keeperId === keeper.id ? moving : null,
    })),
    history: historyView(desk, reading),
    reports: desk.reports.map((report) => reportView(report, { reading, now, mayDecide })),
    grown: page.child && mayDecide ? (grown ?? { text: '', words: '' }) : null,
    decisions: mayDecide ? decisionsFor(desk, reading) : [],
    ...{
      given: formatAmount(desk.figures.raised),
      gifts: desk.figures.gifts,
      back: `${OCCASIONS}/${page.id}`,
    },
    ...{ refused: refused?.text ?? null, words: refused?.words ?? '' },
  };
  await showConsole(web, {
    ...{ req, res, name: 'occasion', title: namesOf(page), data, styles: STYLES },
    ...{
      status: refused || moving || grown ? 422 : 200,
      crumbs: [{ href: OCCASIONS, text: reading.t('nav.occasions') }],
    },
  });
}

const LOOKS: Partial<Record<OccasionDecision, string>> = {
  ...{ approve: 'btn--primary', seen: 'btn--primary', restore: 'btn--primary' },
  ...{ refuse: 'btn--danger', takeDown: 'btn--danger' },
};

/** What can be decided about a page now, the likeliest first. */
function decisionsFor({ page }: OccasionDesk, { t }: Reading) {
  const waits = page.askedAt !== null;
  const can = (decision: OccasionDecision) => {
    if (decision === 'seen') return page.unseen;
    if (decision === 'approve' || decision === 'return')
      return waits && mayStepOccasion(page.state, decision);
    return mayStepOccasion(page.state, decision);
  };
  return decisions.filter(can).map((value) => ({
    ...{ value, look: LOOKS[value] ?? '', text: t(`occasions.decide.${value}`) },
  }));
}

const photosView = ({ page, photos }: OccasionDesk) =>
  photos.map((photo, n) => {
    const small = photo.files.find(({ width }) => width >= 300) ?? photo.files.at(-1);
    return {
      ...{ n: n + 1, state: photo.state, reason: photo.reason },
      src: small ? `${OCCASIONS}/${page.id}/photos/${small.hash}` : null,
    };
  });

const historyView = ({ history }: OccasionDesk, { t }: Reading) =>
  history.map(({ at, what, actor, words, edition }) => ({
    ...{ at, words, edition },
    what: t(`occasions.what.${what}`),
    who: actor === 'family' || actor === 'guest' ? t(`occasions.actor.${actor}`) : actor,
  }));

/** Decides, and leads back; why it cannot be is said there, with what was typed. */
export const decide: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const words = form.long('words').slice(0, 2000);
  const decision = decisions.find((one) => one === form.text('decision')) ?? 'seen';
  return orAgain(
    async () => {
      const wish = { id: occasionIdOf(req), decision, words, edition: Number(form.text('edition')) };
      await decideOccasion(web.ground, wish, { ...staffOf(res).user, disabledAt: null });
      leadOn(res, `${OCCASIONS}/${wish.id}`, `occasion-${decision.toLowerCase()}`);
    },
    (refusal) =>
      refusal.status === 404
        ? Promise.reject(refusal)
        : showOne(web, { req, res, refused: { text: readingOf(req, res).said(refusal), words } }),
  );
};

/** A photograph of a page, whatever state that is in. */
export const photo: Handler = (web) => async (req, res) => {
  const hash = String(req.params.hash);
  const bytes = await readPhotoForStaff(web.ground, { occasionId: occasionIdOf(req), hash });
  if (!bytes) return void res.status(404).end();
  res.type(bytes.subarray(0, 4).toString('latin1') === 'RIFF' ? 'webp' : 'jpeg').send(bytes);
};

/** The page as it was last saved, as guests would see it. */
export const preview: Handler = (web) => async (req, res) => {
  const { page } = await readOccasionDesk(web.ground, occasionIdOf(req));
  await sendPreview(web, { req, res, id: page.id });
};
