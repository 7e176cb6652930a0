import { readFile } from 'node:fs/promises';
import type { Request, Response } from 'express';
import { Refusal } from '../../../errors.ts';
import { addPhoto, PHOTO_MOST_BYTES, readPhotoFile } from '../../../pages/occasions/photos.ts';
import { readerLanguage } from '../../../reader.ts';
import { say } from '../../../say.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import { receiveForm } from '../../multipart.ts';
import type { Handler, Web } from '../../web.ts';
import { openedOf } from '../doors.ts';
import { allowOwn } from '../own.ts';
import { actOnPhoto, takeIn } from './photo-acts.ts';
import { shownPhotos } from './photo-view.ts';
import { nextScreen, showMaking } from './shell.ts';

/** A page looks again while a photograph is being drawn. */
const REFRESH_SECONDS = 3;

export const showPhotos: Handler = (web) => (req, res) => show(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  refused?: string;
  status?: number;
}

async function show(web: Web, { req, res, refused = '', status = 200 }: Showing): Promise<void> {
  const { draft, base } = openedOf(res);
  const language = readerLanguage(req, draft.content.language);
  const photos = await shownPhotos(web, { draft, base, language });
  const waiting = photos.some((photo) => photo.waiting);
  // Named, because an address with a place of the page behind it would not be fetched anew.
  if (waiting && !refused) res.set('Refresh', `${REFRESH_SECONDS}; url=photo?lang=${language}`);
  allowOwn(res, 'script-src');
  showMaking(web, {
    ...{ req, res, status, screen: 'photo' },
    data: { photos, waiting, refused, next: `${nextScreen(res, 'photo')}`, many: photos.length > 1 },
  });
}

/** Does what is wished with photographs and leads back to them, or says why it cannot be done. */
const act =
  (wish: (web: Web, req: Request, res: Response) => Promise<string>): Handler =>
  (web) =>
  async (req, res) => {
    const { draft, base } = openedOf(res);
    const language = readerLanguage(req, draft.content.language);
    try {
      const at = await wish(web, req, res);
      res.redirect(303, `${base}/photo?lang=${language}${at && `#${at}`}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await show(web, { req, res, refused: sentenceIn(language, error), status: error.status });
    }
  };

/** Takes one in; a job draws it, so nobody waits for a large one. */
export const takePhoto: Handler = act(async (web, req, res) => {
  const { draft } = openedOf(res);
  const form = await receiveForm(req, res, { longest: PHOTO_MOST_BYTES });
  if (!form.file) throw new Refusal(say`Choose a photograph first.`);
  const bytes = await readFile(form.file.path);
  const id = await addPhoto(web.ground, draft.id, { name: form.file.name, bytes });
  await takeIn(web.ground, draft.id, id);
  return `photo-${id}`;
});

/** Turns, cuts, moves or removes one. */
export const changePhoto: Handler = act(async (web, req, res) => {
  const { draft } = openedOf(res);
  const id = String(req.params.photo);
  const stays = await actOnPhoto(web.ground, { occasionId: draft.id, id, form: readForm(req) });
  return stays ? `photo-${id}` : '';
});

/** One size of it, for whoever has the link of the page. */
export const sendPhoto: Handler = (web) => async (req, res) => {
  const { hash = '', kind } = req.params as { hash: string; kind: string };
  const wanted = { code: openedOf(res).draft.code, hash };
  const bytes = /^[0-9a-f]{64}$/.test(hash) ? await readPhotoFile(web.ground, wanted) : null;
  if (!bytes) throw new Refusal(say`That photograph is no longer here. Add it once more.`, 404);
  res.set('Cache-Control', 'private, max-age=86400');
  res.type(kind === 'webp' ? 'webp' : 'jpeg').send(bytes);
};
