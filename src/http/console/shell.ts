import type { Request, Response } from 'express';
import { currentHold, type Hold } from '../../deliveries/holds.ts';
import { ENGINE } from '../../deliveries/mark.ts';
import { Refusal } from '../../errors.ts';
import { formatMoment, type Language, type MessageKey, translate, translateOr } from '../../i18n.ts';
import { otherLanguage, readerLanguage } from '../../reader.ts';
import { kept, type Value } from '../../say.ts';
import { sentenceIn } from '../../sentences.ts';
import { brandOf } from '../brand.ts';
import { type Staff, staffOf } from '../staff.ts';
import type { Web } from '../web.ts';
import { actionsFor, navFor } from './nav.ts';

/** One page of the console. */
export interface ConsolePage {
  req: Request;
  res: Response;
  /** File name in templates/console, without `.hbs`. */
  name: string;
  /** In the reader's language. */
  title: string;
  /** The pages above it, the outermost first. */
  crumbs?: { href: string; text: string }[];
  data?: Record<string, unknown>;
  /** Files of templates/assets besides the console's own. */
  styles?: string[];
  scripts?: string[];
  status?: number;
}

/** In which language and zone the asker reads. */
export interface Reading {
  language: Language;
  zone: string;
  t(key: MessageKey, values?: Record<string, string | number>): string;
  moment(at: Date): string;
  /** Why something was refused, or another sentence of the engine. */
  said(sentence: Refusal | Value): string;
  /** The same of one that was kept as English text. */
  again(text: string): string;
}

/** How the page of this request speaks. */
export function readingOf(req: Request, res: Response): Reading {
  const { language: known, zone } = staffOf(res).user;
  const language = readerLanguage(req, known);
  return {
    ...{ language, zone },
    t: (key, values) => translate(language, key, values),
    moment: (at) => formatMoment(at, language, zone),
    said: (sentence) => sentenceIn(language, sentence),
    again: (text) => sentenceIn(language, kept(text)),
  };
}

/** Answers with a page inside the console's frame: menu, search, the hold, what was just done. */
export async function showConsole(web: Web, page: ConsolePage): Promise<void> {
  const { req, res, name, title, crumbs = [], data = {}, styles = [], scripts = [], status = 200 } = page;
  const reading = readingOf(req, res);
  const hold = await currentHold(web.ground.sql);
  const frame = { ...frameOf(web, req, res), hold: hold && holdSaid(web, staffOf(res), { hold, reading }) };
  const html = web.pages.render({
    ...{ template: `console/${name}`, layout: 'console', language: reading.language, title },
    data: { ...frame, crumbs, styles, scripts, ...data },
  });
  res.status(status).type('html').send(html);
}

/** Leads on after a form was taken; `done` names a message `done.…` that the next page shows. */
export function leadOn(res: Response, path: string, done?: string): void {
  const mark = done && `${path.includes('?') ? '&' : '?'}done=${encodeURIComponent(done)}`;
  res.redirect(303, `${path}${mark ?? ''}`);
}

/** Does what a form asks; a refusal is handed to `again`, which shows the form with what was typed. */
export async function orAgain(
  work: () => Promise<void>,
  again: (refusal: Refusal) => void | Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await again(error);
  }
}

/** A path of our own that a form may lead back to. */
export const backTo = (text: string, otherwise = '/console'): string =>
  /^\/console(?![\w-])[^\\\s]*$/.test(text) ? text : otherwise;

/** What the frame around every page needs, besides the hold. */
function frameOf(web: Web, req: Request, res: Response) {
  const staff = staffOf(res);
  const { language, zone, t } = readingOf(req, res);
  const nav = navFor(web, staff, { path: req.path, t });
  const here = hasPage(web, req, staff) ? withoutLanguage(req.url) : '/console';
  return {
    ...brandOf(web, language),
    ...{ zone, here, hereCoded: encodeURIComponent(here), nav, other: otherLanguage(language) },
    now: web.ground.clock.now(),
    staff: { id: staff.user.id, name: staff.user.name, initials: initialsOf(staff.user.name), theme: null },
    mayHold: web.allows(staff.user.roles, 'post', '/console/hold'),
    palette: [...nav, ...actionsFor(web, staff, t)],
    done: doneText(req, language),
  };
}

/** Whether the address answers with a page when it is asked for: what a form was posted to may have none. */
const hasPage = (web: Web, req: Request, { user }: Staff): boolean =>
  req.method === 'GET' || web.allows(user.roles, 'get', String(req.route?.path ?? ''));

function withoutLanguage(url: string): string {
  const [path = '', query = ''] = url.split('?');
  const rest = new URLSearchParams(query);
  rest.delete('lang');
  rest.delete('done');
  return rest.size ? `${path}?${rest}` : path;
}

function doneText(req: Request, language: Language): string | null {
  const key = `done.${typeof req.query.done === 'string' ? req.query.done : ''}`;
  return /^done\.[a-z-]+$/.test(key) ? translateOr(language, key, '') || null : null; // or an address that somebody made up
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...new Intl.Segmenter('ml').segment(word)][0]?.segment ?? '')
    .join('');

/** The banner says it in both languages: whoever looks over a shoulder may read only one. */
function holdSaid(web: Web, staff: Staff, { hold, reading }: { hold: Hold; reading: Reading }) {
  const { language, zone, t } = reading;
  const byEngine = hold.madeBy === ENGINE;
  const say = (to: Language) => {
    if (byEngine) return translate(to, 'hold.restored');
    if (!hold.until) return translate(to, 'hold.open');
    return translate(to, 'hold.until', { until: formatMoment(hold.until, to, zone) });
  };
  return {
    why: byEngine
      ? t('hold.restored.why')
      : t('hold.why', { reason: reading.again(hold.reason), who: hold.madeBy }),
    said: { own: say(language), other: say(otherLanguage(language)) },
    mayLift: !byEngine && web.allows(staff.user.roles, 'post', '/console/hold/lift'),
  };
}
