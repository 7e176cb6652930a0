import { readFile } from 'node:fs/promises';
import type { Request, Response } from 'express';
import { addAsset } from '../../../media/assets.ts';
import { type LibraryRow, searchLibrary } from '../../../media/library.ts';
import { receiveForm } from '../../multipart.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { userOf } from '../messages/editor.ts';
import { smallOf } from '../messages/fields.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { readSaid, type Said } from './said.ts';

const PER_PAGE = 48;
/** The same as the library takes. */
const LONGEST = 25 * 1024 * 1024;
const LANGUAGES = ['en', 'ml'];

/** The library, the newest first. */
export const showLibrary: Handler = (web) => (req, res) => show(web, { req, res });

/** Adds a file to the library. */
export const addToLibrary: Handler = (web) => async (req, res) => {
  let said: Said | undefined;
  await orAgain(
    async () => {
      const form = await receiveForm(req, res, { longest: LONGEST });
      const read = readSaid(form, {});
      said = read.said;
      const { t } = readingOf(req, res);
      if (!form.file) return show(web, { req, res, said, error: t('media.fault.file') });
      const bytes = await readFile(form.file.path);
      const wish = { name: form.file.name, bytes, ...read.description };
      const { asset, known } = await addAsset(web.ground, wish, userOf(res));
      leadOn(res, `/console/media/${asset.id}`, known ? 'media-known' : 'media-added');
    },
    (refusal) => {
      const tooLong = refusal.status === 413 ? readingOf(req, res).t('media.fault.size') : null;
      return show(web, {
        req,
        res,
        ...(said && { said }),
        error: tooLong ?? readingOf(req, res).said(refusal),
      });
    },
  );
};

const EMPTY: Said = { alt: { en: '', ml: '' }, credit: '', consent: '' };

interface Showing {
  req: Request;
  res: Response;
  said?: Said;
  error?: string;
}

async function show(web: Web, { req, res, said = EMPTY, error }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const query = new URLSearchParams(req.method === 'GET' ? req.url.split('?')[1] : '');
  const search = searchOf(query);
  const found = await searchLibrary(web.ground, { ...search, limit: PER_PAGE + 1 });
  const rows = found.slice(0, PER_PAGE);
  const data = {
    ...{ items: rows.map((row) => itemView(row, reading)), error: error ?? null, said },
    filtered: Boolean(search.text || search.kind || search.undescribed),
    filter: { q: query.get('q') ?? '', kinds: kindOptions(query, reading) },
    pager: pagerOf(query, found.length > PER_PAGE ? (rows.at(-1)?.id ?? null) : null),
    mayAdd: web.allows(staffOf(res).user.roles, 'post', '/console/media'),
  };
  const title = reading.t('media.title');
  const status = error ? 422 : 200;
  await showConsole(web, {
    ...{ req, res, name: 'media', title, data, status, styles: ['console-media.css'] },
    scripts: ['media.js'],
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function searchOf(query: URLSearchParams) {
  const [text, kind, before] = [query.get('q') ?? '', query.get('kind'), query.get('before') ?? ''];
  return {
    ...(text.trim() && { text: text.slice(0, 200) }),
    ...((kind === 'picture' || kind === 'file') && { kind: kind as 'picture' | 'file' }),
    ...(kind === 'undescribed' && { undescribed: LANGUAGES }),
    ...(UUID.test(before) && { before }),
  };
}

const kindOptions = (query: URLSearchParams, { t }: Reading) =>
  (['', 'picture', 'file', 'undescribed'] as const).map((kind) => ({
    ...{ value: kind, text: t(`media.kind.${kind || 'all'}`), selected: (query.get('kind') ?? '') === kind },
  }));

/** Links that keep what was filtered. */
function pagerOf(query: URLSearchParams, last: string | null) {
  const linkWith = (before: string | null) => {
    const next = new URLSearchParams(query);
    next.delete('before');
    next.delete('done');
    if (before) next.set('before', before);
    return next.size ? `/console/media?${next}` : '/console/media';
  };
  const first = query.get('before') ? linkWith(null) : null;
  return first || last ? { first, next: last && linkWith(last) } : null;
}

function itemView(row: LibraryRow, { t, language }: Reading) {
  const { id, name, kind, alt, width, height, bytes, uses } = row;
  const ending = /\.(\w{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? '';
  return {
    ...{ href: `/console/media/${id}`, name, picture: kind === 'picture', thumb: smallOf(row), ending },
    words: alt[language] ?? null,
    facts:
      width && height
        ? t('media.pixels', { width, height })
        : t('media.kilobytes', { size: Math.ceil(bytes / 1024) }),
    used: uses ? t('media.used', { count: uses }) : null,
    missing: kind === 'picture' && LANGUAGES.some((tag) => !alt[tag]),
  };
}
