import type { Request, Response } from 'express';
import type { Invited } from '../../../campaigns/occasions/guests.ts';
import { formatAmount, translate } from '../../../i18n.ts';
import { eventsOf } from '../../../pages/occasions/events.ts';
import { occasionFigures, readFamilyGifts, THANKS_LONGEST } from '../../../pages/occasions/gifts.ts';
import { keepersOf } from '../../../pages/occasions/keepers.ts';
import { kindOf } from '../../../pages/occasions/kinds.ts';
import { missingOf } from '../../../pages/occasions/make.ts';
import { mayStepOccasion } from '../../../pages/occasions/states.ts';
import { dayWords, kindLines, kindWord, paletteOf, whoseOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { keeperOf, openedOf } from '../doors.ts';
import { editScreens } from '../make/shell.ts';
import { giftRow, keeperRow } from './rows.ts';
import { sharingOf } from './sharing.ts';

/** What was just done; its words are `family.done.NAME`. */
const done = [
  ...(['saved', 'shown', 'asked', 'closed', 'reopened', 'thanked', 'nobody', 'hidden', 'unhidden'] as const),
  ...(['news', 'link', 'keeper', 'joined', 'let-go'] as const),
];
export type Done = (typeof done)[number];

const GIFTS = 30;

export const showFamily: Handler = (web) => (req, res) => showHome(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  /** Why the last wish could not be done, in the reader's words. */
  refused?: string;
  status?: number;
  invited?: Invited;
  /** What was typed of guests and could not be taken. */
  addresses?: string;
}

/** Everything a family sees and can do; it names no donor's contact, and no money passes through it. */
export async function showHome(web: Web, { req, res, status = 200, ...said }: Showing): Promise<void> {
  const { draft, home, base } = openedOf(res);
  const { kind, content, state } = draft;
  const language = readerLanguage(req, content.language);
  const query = `?lang=${language}`;
  const before = /^[0-9a-f-]{36}$/.test(String(req.query.before)) ? String(req.query.before) : null;
  const gifts = await readFamilyGifts(web.ground.sql, draft.id, { most: GIFTS, before });
  const { raised, gifts: count } = await occasionFigures(web.ground.sql, draft.id);
  const { publicUrl } = web.ground.config;
  showPage(web, {
    ...{ req, res, status, name: 'family', language: content.language, title: whoseOf(draft, language) },
    data: {
      ...{
        home,
        base,
        state,
        sheet: 'occasion-make.css',
        mood: paletteOf(kind),
        refused: said.refused ?? '',
      },
      ...{ names: whoseOf(draft, language), day: dayWords(content, language), number: draft.number },
      ...{ kindName: kindWord(language, kind, 'name'), raised: formatAmount(raised), count },
      done: done.find((one) => one === req.query.done) ?? null,
      ...(await standingOf(web, res, language)),
      gifts: gifts.map((gift) => giftRow(gift, { home: String(home), language })),
      older: gifts.length === GIFTS ? `${home}${query}&before=${gifts.at(-1)?.id}#gifts` : null,
      ...{ thanks: kindLines(language, kind, 'thanks'), thanksMost: THANKS_LONGEST },
      ...{ closing: kindLines(language, kind, 'closing')[0] ?? '', memory: kindOf(kind).mood === 'memory' },
      unthanked: gifts.some(({ thankedAt }) => !thankedAt),
      edits: editScreens.map((name) => ({
        ...{
          name,
          href: `${base}/${name}${query}`,
          words: translate(language, `occasion.make.step.${name}`),
        },
      })),
      preview: `${base}/preview${query}`,
      share: state === 'live' || state === 'closed' ? sharingOf(draft, { publicUrl, language }) : null,
      guestCode: content.visibility === 'guests' ? draft.guestCode : null,
      ...{
        invited: invitedRow(said.invited),
        addresses: said.addresses ?? said.invited?.bad.join('\n') ?? '',
      },
      ...(await answering(web, req, res)),
      query,
    },
  });
}

const invitedRow = (invited: Invited | undefined) =>
  invited ? { ...invited, bad: invited.bad.length } : null;

/** Where the page stands, what is still to be done, and what staff said of it last. */
async function standingOf({ ground }: Web, res: Response, language: 'en' | 'ml') {
  const { draft } = openedOf(res);
  const { state, edition, shownEdition, askedEdition } = draft;
  const events = await eventsOf(ground.sql, draft.id);
  const answer = events.find(({ what }) => ['returned', 'refused', 'down', 'shown', 'asked'].includes(what));
  const told = answer && ['returned', 'refused', 'down'].includes(answer.what) ? answer.words : null;
  const missing = missingOf(draft);
  return {
    stateWords: translate(language, `family.state.${state}`),
    reason: told ?? '',
    missing: missing.length > 0,
    waits: askedEdition !== null && askedEdition === edition && state !== 'draft',
    first: shownEdition === null,
    // What was changed since it was shown or asked for is seen by nobody yet.
    fresh: mayStepOccasion(state, 'ask') && edition !== shownEdition && edition !== askedEdition,
    mayClose: mayStepOccasion(state, 'close'),
    mayReopen: mayStepOccasion(state, 'reopen'),
    mayEdit: !['refused', 'down', 'gone'].includes(state),
  };
}

/** Who answers for the page, and how often they hear of it. */
async function answering(web: Web, req: Request, res: Response) {
  const { draft } = openedOf(res);
  const self = keeperOf(res);
  const language = readerLanguage(req, draft.content.language);
  const keepers = await keepersOf(web.ground, draft.id);
  const second = keepers.find((keeper) => keeper.second);
  return {
    keepers: keepers.filter(({ verifiedAt }) => verifiedAt).map((keeper) => keeperRow(keeper, self)),
    asked: second && !second.verifiedAt ? keeperRow(second, self) : null,
    maySecond: !second?.verifiedAt,
    hasSecond: Boolean(second?.verifiedAt),
    rhythms: (['once', 'daily', 'none'] as const).map((value) => ({
      ...{ value, checked: value === self.digest, words: translate(language, `family.digest.${value}`) },
    })),
    ...{ remind: draft.remind, yearly: kindOf(draft.kind).yearly },
  };
}

/** What happens now, and how others are told of it. */
export const showDone: Handler = (web) => async (req, res) => {
  const { draft, home } = openedOf(res);
  const { kind, content, state, number } = draft;
  const language = readerLanguage(req, content.language);
  const { publicUrl } = web.ground.config;
  showPage(web, {
    ...{ req, res, name: 'family-done', language: content.language },
    data: {
      ...{
        home,
        state,
        number,
        sheet: 'occasion-make.css',
        mood: paletteOf(kind),
        query: `?lang=${language}`,
      },
      ...{ names: whoseOf(draft, language), live: state === 'live', waiting: state === 'waiting' },
      ...{ kindName: kindWord(language, kind, 'name'), share: sharingOf(draft, { publicUrl, language }) },
      guestCode: content.visibility === 'guests' ? draft.guestCode : null,
    },
  });
};
