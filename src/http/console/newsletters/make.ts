import { isDeepStrictEqual } from 'node:util';
import type { Request, Response } from 'express';
import { defaultZone } from '../../../access/default-zone.ts';
import { editMessage, scheduleMessage } from '../../../campaigns/campaigns.ts';
import { usualSetup } from '../../../campaigns/drafts.ts';
import { findMessage } from '../../../campaigns/messages.ts';
import {
  checkSchedule,
  createNewsletter,
  editNewsletter,
  findNewsletter,
  type Newsletter,
} from '../../../campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../../campaigns/newsletters/press.ts';
import { languageName } from '../../../i18n.ts';
import type { Handler, Web } from '../../web.ts';
import { planOf, scheduleOfPlan } from '../campaigns/plan-form.ts';
import { repetitionOptions, whenOf } from '../campaigns/plan-words.ts';
import { offeredPurposes } from '../purposes.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { userOf } from './deeds.ts';
import {
  beginning,
  type Faults,
  faultsOf,
  readTyped,
  TONGUES,
  type Typed,
  typedOf,
  wordsOf,
} from './form.ts';
import { NEWSLETTERS, titleOf } from './words.ts';

/** Asks for a new newsletter; the form's own fields in the address show what its times mean. */
export const beginNewsletter: Handler = (web) => async (req, res) => {
  const zone = await defaultZone(web.ground);
  const fields = fieldsOf(req);
  const usual = await usualSetup(web.ground.sql);
  const from = usual.from || web.ground.config.MAIL_FROM;
  const typed = fields.has('every')
    ? readTyped(fields, TONGUES, zone)
    : beginning(zone, { from, purpose: usual.purpose || 'newsletter' });
  await show(web, { req, res, typed });
};

export const makeNewsletter: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const zone = await defaultZone(ground);
  const typed = readTyped(fieldsOf(req), TONGUES, zone);
  const faults = faultsOf(typed, readingOf(req, res), true);
  if (Object.keys(faults).length) return show(web, { req, res, typed, faults });
  await orAgain(
    async () => {
      const schedule = typed.scheduled
        ? checkSchedule(scheduleOfPlan(typed.plan), ground.clock.now(), zone)
        : null;
      const { slug, from, purpose, lists, scene } = typed;
      const user = userOf(res);
      const plan = { slug, from, purpose, lists, scene, words: wordsOf(typed), public: typed.public };
      const made = await createNewsletter(
        ground,
        { ...plan, archive: typed.archive, draftHours: Number(typed.draftHours) },
        user,
      );
      const editor = { actor: user.email, userId: user.id };
      if (schedule) await scheduleMessage(ground, { messageId: made.messageId, editor }, { schedule });
      await pressEditions(ground);
      leadOn(res, `${NEWSLETTERS}/${made.newsletterId}`, 'newsletter-made');
    },
    (refusal) => show(web, { req, res, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

export const askEdit: Handler = (web) => async (req, res) => {
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const zone = await defaultZone(web.ground);
  const fields = fieldsOf(req);
  const message = await findMessage(web.ground.sql, newsletter.messageId);
  const typed = fields.has('every')
    ? readTyped(fields, tonguesOf(newsletter), zone)
    : typedOf({ newsletter }, { lists: message.audience.lists, plan: planOf(message, zone) });
  await show(web, { req, res, newsletter, typed });
};

/** What stays as it was is not touched, so that an approval of what comes next holds. */
export const editSettings: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const newsletter = await findNewsletter(ground, String(req.params.id));
  const zone = await defaultZone(ground);
  const typed = readTyped(fieldsOf(req), tonguesOf(newsletter), zone);
  const faults = faultsOf(typed, readingOf(req, res), false);
  if (Object.keys(faults).length) return show(web, { req, res, newsletter, typed, faults });
  await orAgain(
    async () => {
      await save(web, { newsletter, typed, zone, res });
      leadOn(res, `${NEWSLETTERS}/${newsletter.id}`, 'newsletter-saved');
    },
    (refusal) => show(web, { req, res, newsletter, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

interface Saving {
  newsletter: Newsletter;
  typed: Typed;
  zone: string;
  res: Response;
}

async function save({ ground }: Web, { newsletter, typed, zone, res }: Saving): Promise<void> {
  const user = userOf(res);
  const editor = { actor: user.email, userId: user.id };
  const { messageId } = newsletter;
  const message = await findMessage(ground.sql, messageId);
  const wish = typed.scheduled ? scheduleOfPlan(typed.plan) : null;
  // As the form would show what holds: one time can be written in several ways.
  const same = newsletter.schedule && isDeepStrictEqual(wish, scheduleOfPlan(planOf(message, zone)));
  const times = wish && !same ? checkSchedule(wish, ground.clock.now(), zone) : null;
  const edit = { words: wordsOf(typed), scene: typed.scene, public: typed.public, archive: typed.archive };
  await editNewsletter(ground, { newsletter, user }, { ...edit, draftHours: Number(typed.draftHours) });
  if (!isDeepStrictEqual([...typed.lists].sort(), [...message.audience.lists].sort()))
    await editMessage(ground, { messageId, user }, { lists: typed.lists });
  if (times) await scheduleMessage(ground, { messageId, editor }, { schedule: times });
  await pressEditions(ground);
}

const tonguesOf = ({ languages }: Newsletter) => [...new Set([...languages, ...TONGUES])];

const fieldsOf = (req: Request) =>
  new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : (req.url.split('?')[1] ?? ''));

interface Showing {
  req: Request;
  res: Response;
  /** Without one a new one is made. */
  newsletter?: Newsletter;
  typed: Typed;
  faults?: Faults;
  refused?: string;
}

const NONE = { title: null, slug: null, from: null, purpose: null, lists: null, draftHours: null };

async function show(web: Web, { req, res, newsletter, typed, faults = {}, refused }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t, language } = reading;
  const usual = await usualSetup(web.ground.sql);
  const base = newsletter ? `${NEWSLETTERS}/${newsletter.id}` : NEWSLETTERS;
  const wrong = Object.keys(faults).length > 0 || refused !== undefined;
  const data = {
    ...{ typed, plan: typed.plan, faults: { ...NONE, ...faults }, refused: refused ?? null, back: base },
    ...{ isNew: !newsletter, action: newsletter ? `${base}/settings` : base, plain: typed.scene === 'none' },
    asks: newsletter ? `${base}/settings` : `${base}/new`,
    scheduled: newsletter ? Boolean(newsletter.schedule) : false,
    sides: (newsletter ? tonguesOf(newsletter) : TONGUES).map((tag) => ({
      ...{ tag, heading: languageName(tag, language), title: '', description: '', ...typed.words[tag] },
      ...{ titleName: `${tag}.title`, descriptionName: `${tag}.description` },
    })),
    lists: usual.allLists.map((name) => ({ name, chosen: typed.lists.includes(name) })),
    ...{
      senders: usual.senders,
      purposes: await offeredPurposes(web.ground.sql, reading),
      ...repetitionOptions(reading, typed.plan),
    },
    when: whenOf(reading, {
      ...{ typed: typed.plan, saved: newsletter?.schedule ?? null, now: web.ground.clock.now() },
    }),
  };
  await showConsole(web, {
    ...{ req, res, name: 'newsletter-form', data, status: wrong ? 422 : 200 },
    title: newsletter ? t('newsletters.form.edit') : t('newsletters.form.new'),
    crumbs: [
      { href: NEWSLETTERS, text: t('nav.newsletters') },
      ...(newsletter ? [{ href: base, text: titleOf(newsletter, language) }] : []),
    ],
    styles: ['console-campaigns.css', 'console-newsletters.css'],
  });
}
