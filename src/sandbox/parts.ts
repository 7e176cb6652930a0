import type { RequestHandler, Response } from 'express';
import type { Sandbox } from './app.ts';
import { type Mail, parse } from './inbox.ts';
import { bytesOf, MAIL_POLICY, readableHtml } from './reading.ts';

type Handler = (sandbox: Pick<Sandbox, 'inbox'>) => RequestHandler;

/** The HTML part by itself, as the frame of the reading pane shows it. */
export const sendHtml: Handler = (sandbox) => async (req, res) => {
  const mail = sandbox.inbox.get(Number(req.params.id));
  const html = mail && readableHtml(await parse(mail));
  if (!html) return gone(res);
  res
    .set({ 'Content-Security-Policy': MAIL_POLICY, 'X-Frame-Options': 'SAMEORIGIN' })
    .type('html')
    .send(html);
};

export const sendSource: Handler = (sandbox) => (req, res) => {
  const mail = sandbox.inbox.get(Number(req.params.id));
  if (!mail) return gone(res);
  download(res, `mail-${mail.id}.eml`, mail.source);
};

export const sendPart: Handler = (sandbox) => async (req, res) => {
  const mail = sandbox.inbox.get(Number(req.params.id));
  const part = mail && (await partOf(mail, Number(req.params.part)));
  if (!part) return gone(res);
  download(res, part.filename ?? 'part', bytesOf(part));
};

const partOf = async (mail: Mail, index: number) => (await parse(mail)).attachments[index];

/** Always as a download, so that nothing of a mail runs with the rights of this page. */
function download(res: Response, name: string, content: Buffer): void {
  res.attachment(name).type('application/octet-stream').send(content);
}

const gone = (res: Response) => {
  res.status(404).type('text').send('This mail is no longer here.\n');
};
