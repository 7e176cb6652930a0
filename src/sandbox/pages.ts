import type { Request, RequestHandler, Response } from 'express';
import type { Email } from 'postal-mime';
import { formatMoment, formatTime, type Language, translator } from '../i18n.ts';
import { askedLanguage, otherLanguage, readerLanguage } from '../reader.ts';
import type { Sandbox } from './app.ts';
import { faults } from './faults.ts';
import { type Inbox, type Mail, parse } from './inbox.ts';
import { bytesOf, type View, views } from './reading.ts';
import { placesOf } from './social/page.ts';

const PAGE = 40;
const JSON_PAGE = 200;
const SHOWN_SOURCE = 256 * 1024;
const HOME = '/sandbox/inbox';

type Handler = (sandbox: Sandbox) => RequestHandler;

/** The list by itself. */
export const showInbox: Handler = (sandbox) => async (req, res) => {
  await showPage(sandbox, { req, res, reading: null, title: translator(readerLanguage(req))('inbox.title') });
};

/** One mail in the reading pane, beside the list. Its address is good for as long as the mail is kept. */
export const showMail: Handler = (sandbox) => async (req, res) => {
  const t = translator(readerLanguage(req));
  const mail = sandbox.inbox.get(Number(req.params.id));
  if (!mail) return showPage(sandbox, { req, res, reading: { gone: true }, title: t('inbox.gone') });
  const email = await parse(mail);
  const subject = email.subject || t('inbox.nosubject');
  const reading = { gone: false, ...describe(mail, email, req) };
  await showPage(sandbox, { req, res, reading, title: t('inbox.mail.title', { subject }), open: mail.id });
};

/** The same for programs: `?q=` and `?page=`, the newest first, 200 to a page. */
export const showJson: Handler = (sandbox) => async (req, res) => {
  const { mails, count } = await paged(sandbox.inbox, req, JSON_PAGE);
  const list = mails.map(async ({ id, at, from, to, cut, source }) => {
    const email = await partsOf(sandbox.inbox, id);
    return { id, at, from, to, cut, bytes: source.length, ...email, url: `${HOME}/${id}` };
  });
  res.json({ count, dropped: sandbox.inbox.count().dropped, mails: await Promise.all(list) });
};

async function partsOf(inbox: Inbox, id: number) {
  const mail = inbox.get(id);
  if (!mail) return {};
  const { subject, text, html, headers } = await parse(mail);
  return { subject, text, html, headers: headers.map(({ originalKey, value }) => [originalKey, value]) };
}

interface Showing {
  req: Request;
  res: Response;
  title: string;
  reading: Record<string, unknown> | null;
  open?: number;
}

async function showPage(sandbox: Sandbox, { req, res, title, reading, open }: Showing): Promise<void> {
  const language = readerLanguage(req);
  const list = await listed(sandbox.inbox, req, { language, open });
  const html = sandbox.pages.render({
    ...{ template: 'inbox', layout: 'sandbox', language, title },
    data: {
      ...{ ...list, reading, home: HOME, smtp: { host: sandbox.smtp.host, port: String(sandbox.smtp.port) } },
      ...{ words: 'inbox', places: placesOf('inbox') },
      other: otherLanguage(language),
      otherHref: address(req.path, req, { lang: otherLanguage(language) }),
      langField: askedLanguage(req) ?? null,
      faults: faults.map((fault) => ({ fault, words: `inbox.fault.${fault}` })),
    },
  });
  res
    .status(reading?.gone ? 404 : 200)
    .type('html')
    .send(html);
}

async function listed(
  inbox: Inbox,
  req: Request,
  { language, open }: { language: Language; open?: number | undefined },
) {
  const { mails, count, page, pages } = await paged(inbox, req, PAGE);
  const { kept, dropped } = inbox.count();
  const rows = mails.map(async (mail) => ({
    ...(await inbox.summary(mail)),
    to: mail.to.join(', '),
    time: formatTime(mail.at, language),
    moment: mail.at.toISOString(),
    href: address(`${HOME}/${mail.id}`, req),
    current: mail.id === open,
    cut: mail.cut,
  }));
  return {
    ...{ mails: await Promise.all(rows), count, kept, page, pages, query: wordsOf(req) },
    dropped: dropped || null,
    many: pages > 1,
    listHref: address(HOME, req),
    allHref: address(HOME, req, { q: undefined, page: undefined }),
    newerHref: page > 1 ? address(HOME, req, { page: String(page - 1) }) : null,
    olderHref: page < pages ? address(HOME, req, { page: String(page + 1) }) : null,
  };
}

/** The mails of the wanted page among those that match. */
async function paged(inbox: Inbox, req: Request, size: number) {
  const hits = await inbox.find(wordsOf(req));
  const pages = Math.max(1, Math.ceil(hits.length / size));
  const page = Math.min(pages, Math.max(1, Math.trunc(Number(req.query.page)) || 1));
  return { mails: hits.slice((page - 1) * size, page * size), count: hits.length, page, pages };
}

/** What the reading pane shows in the wanted view; the first that the mail has, unless one is named. */
function describe(mail: Mail, email: Email, req: Request) {
  const language = readerLanguage(req);
  const view: View = views.find((one) => one === req.query.view) ?? (email.html ? 'html' : 'text');
  const from = email.from;
  return {
    subject: email.subject ?? '',
    from: from?.name ? `${from.name} <${from.address ?? mail.from}>` : (from?.address ?? mail.from),
    to: mail.to.join(', '),
    moment: formatMoment(mail.at, language),
    cut: mail.cut,
    tabs: views.map((one) => ({
      words: `inbox.view.${one}`,
      href: address(req.path, req, { view: one }),
      current: one === view,
    })),
    ...shown(mail, email, view),
    attachments: email.attachments.map((part, n) => ({
      name: part.filename ?? part.mimeType,
      size: `${Math.ceil(bytesOf(part).length / 1024)} KB`,
      href: `${HOME}/${mail.id}/parts/${n}`,
    })),
    sourceHref: `${HOME}/${mail.id}/source.eml`,
  };
}

function shown(mail: Mail, email: Email, view: View) {
  const source = mail.source.subarray(0, SHOWN_SOURCE).toString('utf8');
  return {
    isHtml: view === 'html',
    isText: view === 'text',
    isHeaders: view === 'headers',
    isSource: view === 'source',
    frame: email.html ? `${HOME}/${mail.id}/html` : null,
    text: email.text ?? null,
    headers: email.headers.map(({ originalKey, value }) => ({ key: originalKey, value })),
    source,
    sourceCut: mail.source.length > SHOWN_SOURCE,
  };
}

const wordsOf = (req: Request): string => (typeof req.query.q === 'string' ? req.query.q.slice(0, 200) : '');

/** An address that keeps what was searched and chosen, but for what is changed. */
function address(path: string, req: Request, changes: Record<string, string | undefined> = {}): string {
  const now = { q: wordsOf(req) || undefined, page: req.query.page, lang: req.query.lang };
  const kept = Object.entries({ ...now, ...changes }).filter(([, value]) => typeof value === 'string');
  const query = new URLSearchParams(kept as [string, string][]).toString();
  return query ? `${path}?${query}` : path;
}
