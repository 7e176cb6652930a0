import type { Request, Response } from 'express';
import { openDraft } from '../../../campaigns/drafts.ts';
import { readVersion } from '../../../campaigns/history.ts';
import { sampleMail } from '../../../campaigns/sample.ts';
import { found } from '../../../errors.ts';
import { say } from '../../../say.ts';
import type { Handler, Web } from '../../web.ts';
import { orAgain, readingOf } from '../shell.ts';
import { messageIdOf } from './editor.ts';
import { readLongForm, readWriting } from './posted.ts';
import { finishedOf } from './writing.ts';

type Theme = 'light' | 'dark';

/** A message as it is kept, or one of its versions, in one language as one contact sees it. */
export const showPreview: Handler = (web) => async (req, res) => {
  const asked = (name: string) => (typeof req.query[name] === 'string' ? String(req.query[name]) : '');
  const theme = asked('theme') === 'dark' ? 'dark' : 'light';
  await orAgain(
    async () => {
      const messageId = messageIdOf(req);
      const { contents, files, message } = await openDraft(web.ground, messageId);
      const version = Number(asked('version'));
      const kept = version ? await readVersion(web.ground, { messageId, version }) : contents;
      const content = kept.find(({ language }) => language === asked('language')) ?? kept[0];
      const written = found(content, say`Nothing is written yet.`);
      if (message.channel === 'post') return sendMail(web, res, postPage(written), theme);
      const sampling = { language: written.language, content: written, files, as: asked('as') };
      sendMail(web, res, (await sampleMail(web.ground, sampling)).html, theme);
    },
    (refusal) => sendNot({ web, req, res }, readingOf(req, res).said(refusal), theme),
  );
};

/** What a post says, without any network's look. */
const postPage = ({ language, html }: { language: string; html: string }): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>–</title></head><body style="margin:1rem;font:16px/1.6 system-ui,sans-serif;background:#fff;color:#111">${html}</body></html>`;

/** What is typed and not kept, in the same way. */
export const postPreview: Handler = (web) => async (req, res) => {
  const writing = readWriting(readLongForm(req));
  const { language, theme, as } = writing.look;
  await orAgain(
    async () => {
      const { files } = await openDraft(web.ground, messageIdOf(req));
      const content = found(finishedOf(writing)[language], say`Nothing is written yet.`);
      sendMail(web, res, (await sampleMail(web.ground, { language, content, files, as })).html, theme);
    },
    (refusal) => sendNot({ web, req, res }, readingOf(req, res).said(refusal), theme),
  );
};

/** A mail as it is; it runs nothing, leads nowhere, and stands only in a frame of ours. */
export function sendMail({ ground }: Web, res: Response, html: string, theme: Theme): void {
  res.set('Content-Security-Policy', policyFor(new URL(ground.config.publicUrl).origin));
  // The frame has an origin of its own, which cannot be kept apart from ours.
  res.removeHeader('Origin-Agent-Cluster');
  res.type('html').send(themed(html, theme).replace(/<head>/i, '<head><base target="_blank">'));
}

const policyFor = (origin: string) =>
  [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src 'self' ${origin} data: https:`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    'sandbox',
  ].join('; ');

/** A mail asks the reader's device whether it is dark; here the person who looks has said it. */
const themed = (html: string, theme: Theme): string =>
  html.replace(
    /@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi,
    theme === 'dark' ? '@media all' : '@media not all',
  );

/** Says in the mail's place why there is none. */
function sendNot({ web, req, res }: { web: Web; req: Request; res: Response }, why: string, theme: Theme) {
  const { t, language } = readingOf(req, res);
  const dark = theme === 'dark';
  const style = `margin:2rem;font:16px/1.6 system-ui,sans-serif;color:${dark ? '#f1ecdd' : '#1c2722'};background:${dark ? '#17201c' : '#fffdf7'}`;
  const lines = why.split('\n').map((line) => `<p>${escaped(line)}</p>`);
  const heading = escaped(t('editor.preview.not'));
  const page = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${heading}</title></head><body style="${style}"><h1 style="font-size:1.2em">${heading}</h1>${lines.join('')}</body></html>`;
  res.status(422);
  sendMail(web, res, page, theme);
}

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
