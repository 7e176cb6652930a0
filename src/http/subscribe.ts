import type { Request, Response } from 'express';
import { writeNotice } from '../campaigns/notice-letters.ts';
import { type PublicList, publicLists } from '../contacts/public-lists.ts';
import {
  type Asked,
  askSubscription,
  confirmSubscription,
  readSubscription,
  takeBackSubscription,
  type Wish,
} from '../contacts/subscribe.ts';
import { CONFIRMATION, sendNotice } from '../deliveries/notices.ts';
import type { Ground } from '../ground.ts';
import { formatDay, type Language, translate } from '../i18n.ts';
import { readerLanguage } from '../reader.ts';
import { brandOf } from './brand.ts';
import { type Showing, showPage } from './pages.ts';
import type { Route } from './routes.ts';
import * as form from './subscribe-form.ts';
import type { Handler, Web } from './web.ts';

const PATH = '/subscribe';
const FRESH = { 'Cache-Control': 'no-store' };
const PRIVATE = { ...FRESH, 'X-Robots-Tag': 'noindex, nofollow' };

const showForm: Handler = (web) => async (req, res) => {
  const posted = { ...form.EMPTY, language: readerLanguage(req) };
  showFilled(web, { req, res, posted, offered: await publicLists(web.ground.sql) });
};

interface Filled {
  req: Request;
  res: Response;
  posted: form.Posted;
  offered: PublicList[];
  /** Why it comes back without having been taken. */
  note?: 'none' | 'quick' | 'old';
  faults?: form.Fault[];
}

/** The form with what was typed in it; nothing typed is ever lost by an error. */
function showFilled(web: Web, { req, res, posted, offered, note, faults = [] }: Filled): void {
  const language = readerLanguage(req);
  const topics = offered.map((list) => ({
    ...{ id: list.id, ...form.wordsOf(list, language), agreement: form.agreement(list, language) },
    checked: posted.lists.includes(list.id),
  }));
  const wrong = Object.fromEntries(
    (['name', 'email', 'phone', 'lists'] as const).map((field) => [field, faults.includes(field)]),
  );
  const data = {
    ...{ posted, topics, wrong, faulty: faults.length > 0, malayalam: posted.language === 'ml' },
    ...{ note: note ? `subscribe.${note}` : null, action: PATH, shownIn: language },
    stamp: form.stampOf(web.ground.keys, web.ground.clock.now()),
  };
  res.set(FRESH);
  showPage(web, { req, res, name: 'subscribe', data, status: faults.length ? 422 : 200 });
}

/**
 * Takes a wish. The answer is the same whether the address is known, suppressed or was asked a moment ago;
 * only its owner learns more. A form without our stamp was shown by another site, so our own is shown with
 * what was typed: nobody agrees to words that we did not show.
 */
const ask: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const posted = form.readPosted(req.body);
  const offered = await publicLists(ground.sql);
  const filled = { req, res, posted, offered };
  if (posted.trap) return showSent(web, filled);
  const stamp = form.readStamp(ground.keys, posted.stamp, ground.clock.now());
  if (stamp !== 'good') return showFilled(web, { ...filled, note: stamp });
  const shownIn = readerLanguage(req);
  const checked = form.checkPosted(posted, offered, shownIn);
  if (!checked.ok) return showFilled(web, { ...filled, faults: checked.faults });
  const { lists, ...person } = checked;
  await invite(ground, wishOf(web, { req, posted, person, lists, shownIn }), lists);
  showSent(web, filled);
};

function showSent(web: Web, { req, res, posted }: Filled): void {
  res.set(PRIVATE);
  showPage(web, { req, res, name: 'subscribe-sent', data: { email: posted.email.trim() } });
}

interface Asking {
  req: Request;
  posted: form.Posted;
  person: Pick<Wish, 'name' | 'email' | 'phone' | 'language'>;
  lists: PublicList[];
  shownIn: Language;
}

function wishOf(web: Web, { req, posted, person, lists, shownIn }: Asking): Wish {
  const { keys, clock } = web.ground;
  const { name, email, phone, language } = person;
  const caller = keys.sign('consent-proof', Buffer.from(req.ip ?? ''), 15).toString('base64url');
  const page = posted.embedded ? 'embedded form' : 'form';
  return {
    ...{ name, email, phone, language, lists: lists.map(({ id }) => id) },
    ...{ shown: form.shownWords(lists, shownIn), notice: noticeIn(web, shownIn) },
    proof: { page, caller, askedAt: clock.now().toISOString() },
  };
}

/** What the page said to who asked, which the proof of the consent keeps. */
const noticeIn = (web: Web, language: Language): string =>
  translate(language, 'subscribe.notice', { organisation: brandOf(web, language).identity.name });

/** Nothing that the stranger typed stands in the mail but the address it goes to. */
async function invite(ground: Ground, wish: Wish, lists: PublicList[]): Promise<void> {
  const token = await askSubscription(ground, wish);
  if (!token) return;
  const { email: address, language } = wish;
  const values = {
    topics: titles(lists, language),
    confirm_url: `${ground.config.publicUrl}${PATH}/confirm/${token}?lang=${language}`,
  };
  try {
    const letter = await writeNotice(ground, { name: 'subscribe-confirm', language, values });
    await sendNotice(ground, { kind: CONFIRMATION, address, language, ...letter });
  } catch (error) {
    // Otherwise a second try would say that a mail is on its way, and none would be for hours.
    await takeBackSubscription(ground, token);
    throw error;
  }
}

const titles = (lists: PublicList[], language: Language): string =>
  lists.map((list) => form.wordsOf(list, language).title).join(' · ');

/** One page with one button, which changes nothing until it is pressed. */
const showConfirmation: Handler = (web) => async (req, res) => {
  const asked = await readSubscription(web.ground, String(req.params.token));
  showAsked(web, { req, res, asked });
};

const confirm: Handler = (web) => async (req, res) => {
  const asked = await confirmSubscription(web.ground, String(req.params.token));
  if (asked.state === 'fresh') {
    await welcomeIfPossible(web.ground, asked.wish);
    showAsked(web, { req, res, asked: { state: 'done', language: asked.wish.language } });
  } else showAsked(web, { req, res, asked });
};

function showAsked(web: Web, { req, res, asked }: { req: Request; res: Response; asked: Asked }): void {
  res.set(PRIVATE);
  showPage(web, { req, res, ...pageOf(asked, req.path) });
}

function pageOf(asked: Asked, action: string): Omit<Showing, 'req' | 'res'> {
  if (asked.state === 'done') return { name: 'subscribed', language: asked.language ?? undefined };
  if (asked.state === 'expired') return { name: 'subscribe-expired', status: 410, data: { form: PATH } };
  if (asked.state === 'forged') return { name: 'subscribe-expired', status: 404, data: { form: PATH } };
  const { wish, standing } = asked;
  const { language, name, email, notice } = wish;
  if (standing === 'closed') return { name: 'subscribe-closed', language };
  const agreed = Object.values(wish.shown);
  return { name: 'subscribe-confirm', language, data: { name, email, action, agreed, notice } };
}

/** A welcome that cannot be written does not hide that the confirmation holds. */
const welcomeIfPossible = (ground: Ground, wish: Wish): Promise<void> =>
  welcome(ground, wish).catch((err) => ground.log.error({ err }, 'a welcome could not be written'));

async function welcome(ground: Ground, { email: address, language, lists }: Wish): Promise<void> {
  const joined = (await publicLists(ground.sql)).filter(({ id }) => lists.includes(id));
  const values = { topics: titles(joined, language), day: formatDay(ground.clock.now(), language) };
  const letter = await writeNotice(ground, { name: 'subscribe-welcome', language, values });
  await sendNotice(ground, { kind: 'welcome', address, language, ...letter });
}

/** Plain HTML for other sites; it posts to us and needs no cookie, frame or script. */
const showSnippet: Handler = (web) => (req, res) => {
  const { publicUrl } = web.ground.config;
  const language = readerLanguage(req);
  showPage(web, {
    req,
    res,
    name: 'subscribe-embed',
    data: { target: `${publicUrl}${PATH}?lang=${language}` },
  });
};

/** Asking to be written to. */
export const subscribeRoutes: Route[] = [
  { method: 'get', path: PATH, who: 'anyone', does: 'shows the form to get our mails', handle: showForm },
  {
    ...{ method: 'post', path: PATH, who: 'anyone', does: 'asks the address to confirm' },
    ...{ limit: 'form', body: '64kb', handle: ask },
  },
  {
    method: 'get',
    path: `${PATH}/embed`,
    who: 'anyone',
    does: 'gives the form for other sites',
    handle: showSnippet,
  },
  {
    ...{ method: 'get', path: `${PATH}/confirm/:token`, who: 'anyone' },
    ...{ does: 'shows what is to be confirmed', handle: showConfirmation },
  },
  {
    ...{ method: 'post', path: `${PATH}/confirm/:token`, who: 'anyone' },
    ...{ does: 'confirms, and welcomes', handle: confirm },
  },
];
