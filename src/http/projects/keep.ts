import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';

/** A page as it is sent. */
export interface Kept {
  html: string;
  plain: Buffer;
  gzip: Buffer;
  etag: string;
}

interface Entry {
  at: number;
  page: Promise<Kept>;
}

/** So old may what is shown be: a gift stands on the page within two seconds. */
const HOLDS_MS = 1000;
const MOST = 500;

/** Draws a page that thousands look at once a second at most, and once for all of them. */
export function openKeep(): (key: string, draw: () => Promise<string>) => Promise<Kept> {
  const entries = new Map<string, Entry>();
  return (key, draw) => {
    const known = entries.get(key);
    if (known && performance.now() - known.at < HOLDS_MS) return known.page;
    entries.delete(key);
    const page = packed(draw, known?.page);
    entries.set(key, { at: performance.now(), page });
    page.catch(() => entries.delete(key));
    const [oldest] = entries.keys();
    if (entries.size > MOST && oldest !== undefined) entries.delete(oldest);
    return page;
  };
}

async function packed(draw: () => Promise<string>, before: Promise<Kept> | undefined): Promise<Kept> {
  const html = await draw();
  const last = await before?.catch(() => undefined);
  if (last?.html === html) return last;
  const plain = Buffer.from(html);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { html, plain, gzip: gzipSync(plain), etag };
}

/** Browsers and proxies keep it, and ask each time whether it still holds. */
export function sendKept(req: Request, res: Response, { plain, gzip, etag }: Kept): void {
  const zipped = req.acceptsEncodings(['gzip', 'identity']) === 'gzip';
  res.set({
    ...{ 'Cache-Control': 'public, no-cache', ETag: etag, Vary: 'Accept-Language, Accept-Encoding' },
    'Content-Type': 'text/html; charset=utf-8',
  });
  if (req.fresh) return void res.status(304).end();
  if (zipped) res.set('Content-Encoding', 'gzip');
  const body = zipped ? gzip : plain;
  res.set('Content-Length', String(body.length)).end(body);
}
