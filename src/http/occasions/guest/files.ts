import type { Response } from 'express';
import QRCode from 'qrcode';
import { Refusal } from '../../../errors.ts';
import { type Language, languageOf } from '../../../i18n.ts';
import { readCode } from '../../../pages/occasions/codes.ts';
import { type PaperKind, readPaper } from '../../../pages/occasions/papers/papers.ts';
import { readPhotoFile } from '../../../pages/occasions/photos.ts';
import { namesOf } from '../../../pages/occasions/words.ts';
import { say } from '../../../say.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { occasionPath } from '../address.ts';
import { openPage } from './open.ts';

/** What is of a family is found by no picture search, and kept by no proxy. */
const PRIVATE = { 'Cache-Control': 'private, max-age=86400', 'X-Robots-Tag': 'noindex' };

/** One size of a photograph. Whoever knows the name that its bytes have was shown it. */
export const sendPhoto: Handler = (web) => async (req, res) => {
  const [, hash, ext] = /^([0-9a-f]{64})\.(jpg|webp)$/.exec(String(req.params.file)) ?? [];
  const bytes = hash && (await readPhotoFile(web.ground, { code: String(req.params.code), hash }));
  if (!bytes) throw new Refusal(say`There is no such page.`, 404);
  res
    .set(PRIVATE)
    .type(ext === 'jpg' ? 'jpeg' : 'webp')
    .send(bytes);
};

const LOOK = { margin: 2, errorCorrectionLevel: 'M' } as const;

/** A code that leads to a page. It says no more than its address does. */
export const sendOccasionQr: Handler = (web) => async (req, res) => {
  const address = web.ground.config.publicUrl + occasionPath(readCode(String(req.params.code)).slice(0, 8));
  res.set(PRIVATE);
  if (req.params.kind === 'svg')
    res.type('svg').send(await QRCode.toString(address, { ...LOOK, type: 'svg' }));
  else res.type('png').send(await QRCode.toBuffer(address, { ...LOOK, width: 1024 }));
};

/** The picture where a page is shared; until a job has drawn it, a view of ours. */
export const sendOccasionCard: Handler = (web) => async (req, res) => {
  const language: Language = languageOf(String(req.params.language));
  const page = await openPage(web, { req, res });
  if (!page) return;
  const paper = await readPaper(web.ground, { occasionId: page.id, kind: 'card', language });
  res.set({ 'X-Robots-Tag': 'noindex', 'Cross-Origin-Resource-Policy': 'cross-origin' });
  if (!paper) return res.set('Cache-Control', 'no-store').redirect(302, web.pages.assets.pathOf('share.png'));
  res.set('Cache-Control', 'public, max-age=300').type('png').send(paper.bytes);
};

/** A paper of a page to print, in the family's language. */
const sendPaper =
  (kind: PaperKind): Handler =>
  (web) =>
  async (req, res) => {
    const page = await openPage(web, { req, res });
    if (!page) return;
    const { language } = page.content;
    const paper = await readPaper(web.ground, { occasionId: page.id, kind, language });
    if (!paper?.fresh) await web.ground.queues.add('occasions', [{ payload: { occasion: page.id } }]);
    if (!paper) return showDrawing(web, { req, res, language });
    sendPdf(res, paper.bytes, `${namesOf(page.content)} ${kind}`);
  };

export const sendInvitation = sendPaper('invitation');
export const sendTableCard = sendPaper('table');

const LOOKS_AGAIN_SECONDS = 3;

/** A paper is drawn by a job; the page that says so looks again by itself. */
export function showDrawing(
  web: Web,
  { req, res, language }: { req: Parameters<typeof showPage>[1]['req']; res: Response; language: Language },
): void {
  res.set({ 'Cache-Control': 'no-store', Refresh: String(LOOKS_AGAIN_SECONDS), 'X-Robots-Tag': 'noindex' });
  showPage(web, { req, res, name: 'occasion-drawing', words: 'occasion.guest.drawing', language });
}

export function sendPdf(res: Response, bytes: Buffer, name: string): void {
  const plain = name.replace(/[^\p{L}\p{M}\p{N} ]/gu, '').trim() || 'we-care';
  res.set({ 'Cache-Control': 'private, no-store', 'X-Robots-Tag': 'noindex' });
  res.set('Content-Disposition', `inline; filename*=UTF-8''${encodeURIComponent(plain)}.pdf`);
  res.type('application/pdf').send(bytes);
}
