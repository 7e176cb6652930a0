import type { Request, Response } from 'express';
import { shownBy } from '../../../campaigns/shown-by.ts';
import { found } from '../../../errors.ts';
import { type Asset, describeAsset, findAsset, removeAsset } from '../../../media/assets.ts';
import { addressOf } from '../../../media/served.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { userOf } from '../messages/editor.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { readSaid, type Said } from './said.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function wishOf(req: Request): string {
  const id = String(req.params.id);
  return found(UUID.test(id) ? id : null, say`There is no ${JSON.stringify(id)} in the media library.`);
}

/** One picture or file: what is said about it, and what shows it. */
export const showAsset: Handler = (web) => async (req, res) =>
  show(web, { req, res, asset: await findAsset(web.ground, wishOf(req)) });

/** Changes what is said about it. */
export const describe: Handler = (web) => async (req, res) => {
  const asset = await findAsset(web.ground, wishOf(req));
  const { said, description, emptied } = readSaid(readForm(req), asset.alt);
  if (emptied.length) return show(web, { req, res, asset, said, emptied });
  await orAgain(
    async () => {
      await describeAsset(web.ground, { wish: asset.id, user: userOf(res) }, description);
      leadOn(res, `/console/media/${asset.id}`, 'saved');
    },
    (refusal) => show(web, { req, res, asset, said, error: readingOf(req, res).said(refusal) }),
  );
};

interface Showing {
  req: Request;
  res: Response;
  asset: Asset;
  said?: Said;
  emptied?: string[];
  error?: string;
}

async function show(web: Web, { req, res, asset, said, emptied = [], error }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { alt, credit, consent } = asset;
  const uses = await shownBy(web.ground, asset);
  const large = asset.files.filter(({ ext }) => ext !== 'webp').at(-1);
  const fault = (language: string) => (emptied.includes(language) ? reading.t('media.fault.alt') : null);
  const data = {
    asset: { ...asset, picture: asset.kind === 'picture' },
    ...{ shown: large ? addressOf('', asset, large) : null, code: `asset:${asset.id}`, uses },
    said: said ?? {
      alt: { en: alt.en ?? '', ml: alt.ml ?? '' },
      credit: credit ?? '',
      consent: consent ?? '',
    },
    ...{
      error: error ?? null,
      wrongEn: fault('en'),
      wrongMl: fault('ml'),
      path: `/console/media/${asset.id}`,
    },
    size: Math.ceil(asset.bytes / 1024),
    seconds: Math.round(asset.seconds ?? 0),
    mayWrite: web.allows(staffOf(res).user.roles, 'post', '/console/media/:id'),
  };
  const status = error || emptied.length ? 422 : 200;
  await showConsole(web, {
    ...{ req, res, name: 'media-asset', title: asset.name, data, status, styles: ['console-media.css'] },
    crumbs: [{ href: '/console/media', text: reading.t('media.title') }],
    scripts: ['media.js'],
  });
}

/** Says what removing it means. */
export const askRemoval: Handler = (web) => (req, res) => showRemoval(web, { req, res });

/** Removes it, unless something shows it. */
export const remove: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      await removeAsset(web.ground, { wish: wishOf(req), user: userOf(res) });
      leadOn(res, '/console/media', 'media-removed');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return showRemoval(web, { req, res, error: readingOf(req, res).said(refusal) });
    },
  );

async function showRemoval(web: Web, { req, res, error }: Pick<Showing, 'req' | 'res' | 'error'>) {
  const { t } = readingOf(req, res);
  const asset = await findAsset(web.ground, wishOf(req));
  const uses = await shownBy(web.ground, asset);
  const path = `/console/media/${asset.id}`;
  await showConsole(web, {
    ...{ req, res, name: 'media-removal', title: t('media.remove.title', { name: asset.name }) },
    crumbs: [
      { href: '/console/media', text: t('media.title') },
      { href: path, text: asset.name },
    ],
    data: { asset, uses, path, error: error ?? null },
    ...{ status: error ? 409 : 200, styles: ['console-media.css'] },
  });
}
