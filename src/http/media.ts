import type { Response } from 'express';
import { readFittedAddress } from '../campaigns/posts/fitted.ts';
import { openFiles } from '../files.ts';
import { drawArt } from '../media/art.ts';
import { readServed } from '../media/served.ts';
import { showError } from './pages.ts';
import type { Route } from './routes.ts';
import type { Handler } from './web.ts';

/** Mail programs and the pages of others show it. */
const FOR_GOOD = {
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** What must not be found again where it was shown before. */
const FOR_NOW = { ...FOR_GOOD, 'Cache-Control': 'no-store' };

/** A picture or a file of the media library. Its name holds the hash of its content, so it never changes. */
const sendMedia: Handler = (web) => async (req, res) => {
  const served = await readServed(web.ground, String(req.params.name));
  if (!served) return showError(web, { req, res, kind: 404, status: 404 });
  res.set(served.lasting ? FOR_GOOD : FOR_NOW);
  if (served.place) return sendVideo(res, served.place, served.type);
  if (served.fileName) res.attachment(served.fileName);
  res.set('Content-Type', served.type).send(served.bytes);
};

/** By pieces, as players and networks ask for them (RFC 9110, section 14). */
const sendVideo = (res: Response, place: string, type: string): Promise<void> =>
  new Promise((done, fail) =>
    res
      .type(type)
      .sendFile(place, { cacheControl: false, dotfiles: 'allow' }, (error) =>
        error && !res.headersSent ? fail(error) : done(),
      ),
  );

/** A picture as a network fetches it, in the shape that it wants. */
const sendFitted: Handler = (web) => async (req, res) => {
  const named = readFittedAddress(web.ground, String(req.params.name));
  const files = openFiles(web.ground.config);
  if (named?.ext === 'mp4') return sendVideo(res.set(FOR_GOOD), files.placeOf(named.hash), 'video/mp4');
  const bytes = named && (await files.get(named.hash));
  if (!bytes) return showError(web, { req, res, kind: 404, status: 404 });
  res.set(FOR_GOOD).type('jpeg').send(bytes);
};

/** A picture that we drew for our templates. */
const sendArt: Handler = (web) => async (req, res) => {
  const picture = await drawArt(String(req.params.file));
  if (!picture) return showError(web, { req, res, kind: 404, status: 404 });
  res.set(FOR_GOOD).type('png').send(picture);
};

export const mediaRoutes: Route[] = [
  {
    method: 'get',
    path: '/m/:name',
    who: 'anyone',
    does: 'a picture or a file of the media library',
    limit: 'machine',
    handle: sendMedia,
  },
  {
    method: 'get',
    path: '/m/post/:name',
    who: 'anyone',
    does: 'a picture in the shape that a network wants',
    limit: 'machine',
    handle: sendFitted,
  },
  {
    method: 'get',
    path: '/art/:file',
    who: 'anyone',
    does: 'a drawing of our templates',
    limit: 'machine',
    handle: sendArt,
  },
];
