import type { Request, Response } from 'express';
import { type NewsletterDesk, newsletterDesk } from '../../../campaigns/newsletters/desk.ts';
import { previewEdition } from '../../../campaigns/newsletters/preview.ts';
import type { EditionStatus } from '../../../campaigns/newsletters/status.ts';
import { Refusal } from '../../../errors.ts';
import { type Language, languageName } from '../../../i18n.ts';
import { APPROVERS, hasRole, staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { sendMail } from '../messages/preview.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { badgeOf, NEWSLETTERS, titleOf } from './words.ts';

/** How many of the past editions are shown before somebody asks for all. */
const RECENT = 12;

export interface Refused {
  /** The form that was refused. */
  form: 'draft' | 'approval' | 'skip' | 'editions' | 'item';
  text: string;
  typed?: string;
}

export const show: Handler = (web) => (req, res) => showNewsletter(web, { req, res });

/** The page of a newsletter; `refused` says beside its form what was not done. */
export async function showNewsletter(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: Refused },
): Promise<void> {
  const { language, again } = readingOf(req, res);
  const desk = await newsletterDesk(web.ground, String(req.params.id));
  const { newsletter, next, past } = desk;
  const staff = staffOf(res);
  const all = req.query.all === '1';
  const shown = all ? past : past.slice(0, RECENT);
  const data = {
    ...{ id: newsletter.id, slug: newsletter.slug, next: next && nextRow(desk, next, again) },
    description: newsletter.words[language]?.description ?? '',
    items: desk.items.map((item) => itemRow(item, language)),
    past: shown.map((edition) => pastRow(edition, again)),
    more: past.length - shown.length,
    when: desk.scheduleInWords?.[language] ?? null,
    ...{
      nextDates: newsletter.pausedAt ? [] : desk.nextDates.slice(1, 5),
      webUrl: newsletter.public ? `/n/${newsletter.slug}` : null,
    },
    archive: newsletter.public && newsletter.archive,
    ...{ paused: newsletter.pausedAt, feeds: feedsOf(newsletter, language) },
    look: lookOf(req, newsletter.languages, language),
    mayWrite: hasRole(staff, WRITERS),
    mayApprove: hasRole(staff, APPROVERS),
    mayHide: hasRole(staff, [...WRITERS, ...APPROVERS]),
    own: desk.editedBy === staff.user.id,
    refused: refusedRow(refused, next, desk.editedBy === staff.user.id),
    messagePage: `/console/messages/${newsletter.messageId}`,
    mayMessage: web.allows(staff.user.roles, 'get', '/console/messages/:id'),
  };
  const { t } = readingOf(req, res);
  await showConsole(web, {
    ...{ req, res, name: 'newsletter', title: titleOf(newsletter, language), data },
    ...{ status: refused ? 422 : 200, styles: ['console-newsletters.css'] },
    crumbs: [{ href: NEWSLETTERS, text: t('nav.newsletters') }],
  });
}

/** The feeds of its archive, one of each kind for each language. */
function feedsOf(newsletter: NewsletterDesk['newsletter'], language: Language) {
  const { slug, languages, archive } = newsletter;
  if (!newsletter.public || !archive) return [];
  return languages.flatMap((tag) =>
    (['atom', 'rss'] as const).map((kind) => ({
      href: `/n/${slug}/feed.${kind}?lang=${tag}`,
      text: `${kind === 'atom' ? 'Atom' : 'RSS'} · ${languageName(tag, language)}`,
    })),
  );
}

const NONE = { top: null, draft: null, approval: null, skip: null, editions: null, item: null, typed: '' };

/** Beside its form, or above everything where that is not there any more. */
function refusedRow(refused: Refused | undefined, next: EditionStatus | null, own: boolean) {
  if (!refused) return NONE;
  const approvable = next?.state === 'drafted' && !next.approvedBy && !own;
  const there = {
    draft: Boolean(next),
    skip: Boolean(next),
    approval: approvable,
    editions: true,
    item: true,
  };
  const place = there[refused.form] ? refused.form : 'top';
  return { ...NONE, [place]: refused.text, typed: refused.typed ?? '' };
}

function nextRow({ draftedOn, asks, waiting }: NewsletterDesk, next: EditionStatus, again: Reading['again']) {
  return {
    ...{ number: next.number, dueAt: next.dueAt, approvedBy: next.approvedBy },
    reason: next.reason && again(next.reason),
    ...{ drafted: next.state === 'drafted', handwritten: next.handwritten, draftedAt: next.draftedAt },
    ...{ draftedOn, asks: asks === null ? null : String(asks), waiting: waiting.length },
    badge: badgeOf(next, next.approvedBy !== null),
  };
}

function itemRow(item: NewsletterDesk['items'][number], language: string) {
  const { words, number, link, picture, publishAfter, addedAt, taken, later } = item;
  const tongues = Object.keys(words);
  const best = words[language] ?? words[tongues[0] ?? ''];
  return {
    ...{
      number,
      heading: best?.title ?? '',
      text: (best?.text ?? '').replaceAll('**', '').slice(0, 200),
      link,
    },
    ...{
      tongues: tongues.map((tag) => languageName(tag, language as Language)).join(', '),
      lang: words[language] ? language : tongues[0],
    },
    ...{ hasPicture: picture !== null, publishAfter, addedAt, taken, later },
  };
}

function pastRow(edition: EditionStatus, again: Reading['again']) {
  const { number, dueAt, state, reason, run, hiddenAt, webUrl, items } = edition;
  return {
    ...{
      number,
      dueAt,
      reason: reason && again(reason),
      hiddenAt,
      webUrl,
      items: items.length,
      sent: state === 'sent',
    },
    ...{ run: run === null ? null : String(run), badge: badgeOf(edition, false) },
  };
}

/** In which language, width and light the preview is looked at; kept in the address. */
function lookOf(req: Request, tongues: string[], language: Language) {
  const asked = (name: string) => (typeof req.query[name] === 'string' ? String(req.query[name]) : '');
  const own = tongues.includes(language) ? language : (tongues[0] ?? language);
  const tongue = tongues.includes(asked('reads')) ? asked('reads') : own;
  const wide = asked('width') === 'desktop';
  const dark = asked('theme') === 'dark';
  const part = (change: Record<string, string>) =>
    `?${new URLSearchParams({ reads: tongue, width: wide ? 'desktop' : 'phone', theme: dark ? 'dark' : 'light', ...change })}#preview`;
  return {
    ...{ reads: tongue, wide, dark, theme: dark ? 'dark' : 'light' },
    phoneHref: part({ width: 'phone' }),
    desktopHref: part({ width: 'desktop' }),
    themeHref: part({ theme: dark ? 'light' : 'dark' }),
    tongues: tongues.map((tag) => ({
      ...{ tag, href: part({ reads: tag }), current: tag === tongue },
      heading: languageName(tag, language),
    })),
  };
}

/** The next edition in a frame of its own: what is drafted, otherwise what would be drafted now. */
export const preview: Handler = (web) => async (req, res) => {
  const { t, language } = readingOf(req, res);
  const theme = req.query.theme === 'dark' ? 'dark' : 'light';
  const { newsletter } = await newsletterDesk(web.ground, String(req.params.id));
  try {
    const { languages } = await previewEdition(web.ground, newsletter);
    const wished = languages.find((one) => one.language === req.query.reads) ?? languages[0];
    sendMail(web, res, wished?.html ?? '', theme);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // No fault: before there is something to tell, there is nothing to show.
    sendMail(web, res, nothingYet(t('newsletters.preview.nothing'), language, theme), theme);
  }
};

const nothingYet = (text: string, language: string, theme: string) =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${text}</title></head><body style="margin:2rem;font:16px/1.6 system-ui,sans-serif;${theme === 'dark' ? 'color:#f1ecdd;background:#17201c' : 'color:#1c2722;background:#fffdf7'}"><p>${text}</p></body></html>`;
