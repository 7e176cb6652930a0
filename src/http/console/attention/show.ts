import type { Request, Response } from 'express';
import {
  type Attention,
  needsAPerson,
  type StoppedTemplate,
  type StuckRun,
} from '../../../campaigns/attention.ts';
import type { UnknownOutcomes } from '../../../campaigns/waiting.ts';
import type { SocialAccount } from '../../../deliveries/publications/accounts.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import type { Publication } from '../../../deliveries/publications/list.ts';
import type { Refusal } from '../../../errors.ts';
import { languageName } from '../../../i18n.ts';
import type { ReportClock } from '../../../pages/occasions/reports.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { titleIn } from '../accounts/list.ts';
import { picturesOf, troubleOf } from '../posts/publication.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';

interface Showing {
  req: Request;
  res: Response;
  refusal?: Refusal;
  /** The publication that the refusal is about, and the address that was typed. */
  at?: { id: string; url: string };
}

export const showAttention: Handler = (web) => (req, res) => show(web, { req, res });

/** Everything that went wrong or needs a decision, the oldest first, with what can be done about it. */
export async function show(web: Web, { req, res, refusal, at }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const things = await needsAPerson(web.ground);
  const may = rightsOf(web, res);
  const refused = refusal ? reading.said(refusal) : null;
  const views = things.map((thing) => viewOf(web, reading, thing));
  const here = (id: string) => at?.id === id;
  const data = {
    ...{ may, back: '/console/attention' },
    // A refusal about something that is no longer here stands above.
    refused: views.some(({ id }) => here(id)) ? null : refused,
    things: views.map((view) => ({
      ...{ ...view, refused: here(view.id) ? refused : null, url: here(view.id) ? (at?.url ?? '') : '' },
    })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'attention', title: reading.t('attention.title'), data },
    ...{ status: refusal ? (refusal.status === 400 ? 422 : refusal.status) : 200 },
    ...{ styles: ['console-settings.css', 'console-posts.css'], scripts: ['settings.js'] },
  });
}

function rightsOf(web: Web, res: Response) {
  const { roles } = staffOf(res).user;
  return {
    decide: web.allows(roles, 'post', '/console/publications/:id/again'),
    connect: web.allows(roles, 'get', '/console/accounts/new'),
  };
}

const NOTHING = { account: null, run: null, post: null, late: false };

function viewOf({ ground }: Web, reading: Reading, thing: Attention) {
  const since = { at: thing.at };
  if (thing.kind === 'account')
    return { ...NOTHING, ...since, ...accountView(reading, thing.account, thing) };
  if (thing.kind === 'run') return { ...NOTHING, ...since, ...runView(reading, thing.run) };
  if (thing.kind === 'template') return { ...NOTHING, ...since, ...templateView(reading, thing.template) };
  if (thing.kind === 'outcomes') return { ...NOTHING, ...since, ...outcomesView(reading, thing.outcomes) };
  if (thing.kind === 'report')
    return { ...NOTHING, ...since, ...reportView(reading, thing.report, ground.clock.now()) };
  return { ...NOTHING, ...since, ...postView(ground.config.publicUrl, reading, thing.publication, thing.at) };
}

function accountView(
  { t, moment }: Reading,
  { id, name, channel, planned }: SocialAccount,
  { why, at }: { why: 'lost' | 'ending'; at: Date },
) {
  return {
    ...{
      id,
      look: why === 'lost' ? 'failed' : 'deferred',
      text: t(`attention.account.${why}`, { name, at: moment(at) }),
    },
    why: [t('attention.account.waiting', { count: planned })],
    account: { href: `/console/accounts/new?network=${channel}&account=${id}` },
  };
}

/** Where a message that goes by a template, or a post, is written. */
const placeOf = (channel: string): string => (channel === 'post' ? 'posts' : 'phone-messages');

function templateView({ t, moment, language: reader }: Reading, template: StoppedTemplate) {
  const { id, accountId, account, name, language, state, reason, since, messages } = template;
  return {
    ...{ id: `template-${id}`, look: state === 'paused' ? 'held' : 'failed' },
    text: t('attention.template', {
      name,
      account,
      state,
      language: languageName(language, reader),
      at: moment(since),
    }),
    why: [
      t('attention.template.messages', { messages: messages.join(', '), count: messages.length }),
      ...(reason ? [t('attention.template.reason', { reason })] : []),
    ],
    run: { href: `/console/settings/phones/${accountId}`, button: t('attention.template.do') },
  };
}

function runView(
  { t, moment, again }: Reading,
  { run, state, reason, message, messageId, channel, dueAt }: StuckRun,
) {
  const write = state === 'planned';
  return {
    ...{
      id: `run-${run}`,
      look: 'deferred',
      text: t(`attention.run.${state}`, { message, at: moment(dueAt) }),
    },
    why: reason ? [again(reason)] : [],
    run: {
      href: write ? `/console/${placeOf(channel)}/${messageId}` : `/console/runs/${run}`,
      button: t(
        !write ? 'attention.run.do' : channel === 'post' ? 'attention.run.write' : 'attention.run.change',
      ),
    },
  };
}

function outcomesView({ t, moment }: Reading, { run, message, count, at }: UnknownOutcomes) {
  return {
    ...{ id: `outcomes-${run}`, look: 'unknown', text: t('home.unknown', { message, count }) },
    why: [t('home.unknown.why', { at: moment(at) })],
    run: { href: `/console/runs/${run}`, button: t('home.unknown.do') },
  };
}

function reportView({ t, moment }: Reading, { id, number, kind, dueAt }: ReportClock, now: Date) {
  return {
    ...{ id: `report-${id}`, look: 'failed', why: [], late: dueAt <= now },
    text: t(`attention.report.${kind}`, { number, at: moment(dueAt) }),
    run: { href: '/console/occasions/reports', button: t('attention.report.do') },
  };
}

function postView(publicUrl: string, reading: Reading, one: Publication, at: Date) {
  const { t, moment, language } = reading;
  const { id, account, content, trouble, looks, lookedAt, run, language: written } = one;
  const state = one.state === 'waiting' || one.state === 'unknown' ? one.state : ('failed' as const);
  const { title } = networkOf(account.channel);
  const looked = t('publication.looked', { n: looks, at: lookedAt ? moment(lookedAt) : '–' });
  return {
    ...{ id, look: state === 'waiting' ? 'planned' : state },
    text: t(`attention.post.${state}`, {
      account: account.name,
      message: one.messageName ?? '–',
      at: moment(at),
    }),
    why: [...(trouble ? [troubleOf(reading, trouble)] : []), ...(state === 'unknown' ? [looked] : [])],
    post: {
      ...{
        run,
        hand: state === 'waiting',
        unknown: state === 'unknown',
        title: content.title ?? null,
        body: content.text,
      },
      ...{
        lang: written,
        language: languageName(written, language),
        network: titleIn(reading, account.channel, title),
      },
      pictures: picturesOf(publicUrl, reading, content.media),
    },
  };
}
