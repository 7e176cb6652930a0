import type { Request, Response } from 'express';
import { type LibraryRow, searchLibrary } from '../../../media/library.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { smallOf } from '../messages/fields.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { addFiles, type Result } from './adding.ts';
import { offeredPictures } from './picker.ts';
import type { Said } from './said.ts';

const PER_PAGE = 48;
const LANGUAGES = ['en', 'ml'];

/** The library, the newest first. */
export const showLibrary: Handler = (web) => (req, res) => show(web, { req, res });

/** Adds files to the library: of one its page follows, of several what became of each. */
export const addToLibrary: Handler = (web) => async (req, res) => {
  let said: Said | undefined;
  await orAgain(
    async () => {
      const { results } = await addFiles(web, { req, res }, (typed) => {
        said = typed;
      });
      const [one, another] = results;
      const error = one
        ? another
          ? undefined
          : (one.refused ?? undefined)
        : readingOf(req, res).t('media.fault.file');
      if (one?.href && !another) return leadOn(res, one.href, one.known ? 'media-known' : 'media-added');
      return show(web, {
        req,
        res,
        ...(said && { said }),
        ...(error && { error }),
        ...(another && { results }),
      });
    },
    (refusal) => {
      const tooLong = refusal.status === 413 ? readingOf(req, res).t('media.fault.whole') : null;
      return show(web, {
        req,
        res,
        ...(said && { said }),
        error: tooLong ?? readingOf(req, res).said(refusal),
      });
    },
  );
};

/** The pictures of the editor's dialogue, by words. */
export const showPicker: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const text = typeof req.query.q === 'string' ? req.query.q.slice(0, 200) : '';
  const pictures = await offeredPictures(web.ground, reading, text);
  const html = web.pages.render({
    ...{ template: 'console/picker-part', layout: 'part', language: reading.language, title: '' },
    data: { pictures },
  });
  res.type('html').send(html);
};

const EMPTY: Said = { alt: { en: '', ml: '' }, credit: '', consent: '' };

interface Showing {
  req: Request;
  res: Response;
  said?: Said;
  error?: string;
  /** Of several files that were added at once. */
  results?: Result[];
}

async function show(web: Web, { req, res, said = EMPTY, error, results = [] }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const query = new URLSearchParams(req.method === 'GET' ? req.url.split('?')[1] : '');
  const search = searchOf(query);
  const found = await searchLibrary(web.ground, { ...search, limit: PER_PAGE + 1 });
  const rows = found.slice(0, PER_PAGE);
  const data = {
    results: results.length ? results : null,
    ...{ items: rows.map((row) => itemView(row, reading)), error: error ?? null, said },
    filtered: Boolean(search.text || search.kind || search.undescribed),
    filter: { q: query.get('q') ?? '', kinds: kindOptions(query, reading) },
    pager: pagerOf(query, found.length > PER_PAGE ? (rows.at(-1)?.id ?? null) : null),
    mayAdd: web.allows(staffOf(res).user.roles, 'post', '/console/media'),
  };
  const title = reading.t('media.title');
  const failed = results.length > 0 && results.every(({ refused }) => refused);
  const status = error || failed ? 422 : 200;
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
