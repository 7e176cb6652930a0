import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';

/** A page as it is sent. */
export interface Kept {
  html: string;
  plain: Buffer;
  gzip: Buffer;
  etag: string;
  /** All that stood in the head of the first answer with it. */
  headers: OutgoingHttpHeaders | null;
}

/** Pages that thousands look at, drawn once for all of them. */
export interface Keep {
  /** The page of a key: as it is kept, or drawn now. */
  get(key: string, draw: () => Promise<string>): Promise<Kept>;
  /** What may be handed out without another look. */
  ready(key: string): Kept | undefined;
}

interface Entry {
  /** When the drawing of what is ready began. */
  at: number;
  ready: Kept | null;
  drawing: Promise<Kept> | null;
}

/** A page so old is drawn anew; until that is done, others still get it. */
const HOLDS_MS = 700;
/** Nobody gets an older one: a gift stands on the page within two seconds. */
const LONGEST_MS = 1500;
const MOST = 500;

export function openKeep(): Keep {
  const entries = new Map<string, Entry>();
  const ageOf = ({ at }: Entry) => performance.now() - at;
  const redraw = (key: string, entry: Entry, draw: () => Promise<string>): Promise<Kept> => {
    const began = performance.now();
    const drawing = draw().then((html) => {
      const ready = entry.ready?.html === html ? entry.ready : packed(html);
      Object.assign(entry, { at: began, ready, drawing: null });
      return ready;
    });
    entry.drawing = drawing;
    // Whoever waits for it is told; the next one begins anew.
    drawing.catch(() => entries.delete(key));
    return drawing;
  };
  return {
    async get(key, draw) {
      const entry = entries.get(key) ?? { at: Number.NEGATIVE_INFINITY, ready: null, drawing: null };
      if (entry.ready && ageOf(entry) < HOLDS_MS) return entry.ready;
      // The one that was asked for last stands last.
      entries.delete(key);
      entries.set(key, entry);
      const [oldest] = entries.keys();
      if (entries.size > MOST && oldest !== undefined) entries.delete(oldest);
      const drawing = entry.drawing ?? redraw(key, entry, draw);
      return entry.ready && ageOf(entry) < LONGEST_MS ? entry.ready : drawing;
    },
    ready(key) {
      const entry = entries.get(key);
      if (!entry?.ready) return undefined;
      return ageOf(entry) < (entry.drawing ? LONGEST_MS : HOLDS_MS) ? entry.ready : undefined;
    },
  };
}

function packed(html: string): Kept {
  const plain = Buffer.from(html);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { html, plain, gzip: gzipSync(plain), etag, headers: null };
}

/** Browsers and proxies keep it, and ask each time whether it still holds. */
export function sendKept(req: Request, res: Response, page: Kept): void {
  res.set({
    ...{ 'Cache-Control': 'public, no-cache', ETag: page.etag, Vary: 'Accept-Language, Accept-Encoding' },
    'Content-Type': 'text/html; charset=utf-8',
  });
  if (!page.headers) {
    const { 'x-request-id': _id, connection: _connection, ...headers } = res.getHeaders();
    page.headers = headers;
  }
  answer(req, res, page);
}

const GZIP = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/;

function answer(req: Request, res: Response, page: Kept): void {
  if (req.headers['if-none-match']?.includes(page.etag)) return void res.writeHead(304).end();
  const zipped = GZIP.test(String(req.headers['accept-encoding'] ?? ''));
  const body = zipped ? page.gzip : page.plain;
  res
    .writeHead(200, { 'Content-Length': body.length, ...(zipped && { 'Content-Encoding': 'gzip' }) })
    .end(body);
}

/** Hands out a page as it was answered before, with all that stood in its head. */
export function handOut(req: Request, res: Response, page: Kept): void {
  for (const [name, value] of Object.entries(page.headers ?? {}))
    if (value !== undefined) res.setHeader(name, value);
  answer(req, res, page);
}
