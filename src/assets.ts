import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

const FOLDER = new URL('../templates/assets/', import.meta.url);
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Files of packages that browsers load, by the name under which a page asks for them. */
const VENDORED: Record<string, string> = {
  'htmx.js': 'htmx.org/dist/htmx.min.js',
  'htmx-sse.js': 'htmx-ext-sse/dist/sse.min.js',
  'sortable.js': 'sortablejs/Sortable.min.js',
  'noto-sans-malayalam.woff2':
    '@fontsource-variable/noto-sans-malayalam/files/noto-sans-malayalam-malayalam-wght-normal.woff2',
};

interface Asset {
  type: string;
  plain: Buffer;
  gzip: Buffer;
}

/** The files that pages need, in memory. */
export interface Assets {
  /** Where a file is served: `/assets/base.1f2e3d4c5b.css`. */
  pathOf(file: string): string;
  serve: RequestHandler;
}

/**
 * Reads templates/assets and what browsers need of packages. A changed file gets another name, so browsers
 * may keep each for a year. A style sheet names another file as `url("asset:NAME")`.
 * @param base path under which the web lives, for the addresses inside style sheets
 */
export function openAssets(base = ''): Assets {
  const paths = new Map<string, string>();
  const byPath = new Map<string, Asset>();
  const pathOf = (file: string): string => {
    const address = paths.get(file);
    if (!address) throw new Error(`templates/assets has no ${file}`);
    return address;
  };
  const add = (file: string, plain: Buffer) => {
    const type = TYPES[path.extname(file)];
    if (!type) throw new Error(`templates/assets/${file} is of no kind that is served`);
    const address = addressOf(file, plain);
    paths.set(file, address);
    byPath.set(address, { type, plain, gzip: gzipSync(plain, { level: 9 }) });
  };
  const resolve = createRequire(import.meta.url).resolve;
  for (const [name, file] of Object.entries(VENDORED)) add(name, readFileSync(resolve(file)));
  const files = readdirSync(FOLDER);
  // Style sheets last: they name others.
  for (const file of [...files.filter((one) => !isStyle(one)), ...files.filter(isStyle)]) {
    const plain = readFileSync(new URL(file, FOLDER));
    add(file, isStyle(file) ? withAddresses(plain, (name) => base + pathOf(name)) : plain);
  }
  return { pathOf, serve: serveFrom(byPath) };
}

const isStyle = (file: string) => file.endsWith('.css');

function withAddresses(sheet: Buffer, addressOf: (name: string) => string): Buffer {
  const text = sheet.toString('utf8');
  return Buffer.from(text.replace(/url\("asset:([^"]+)"\)/g, (_all, name) => `url("${addressOf(name)}")`));
}

function serveFrom(byPath: Map<string, Asset>): RequestHandler {
  return (req, res, next) => {
    const asset = req.method === 'GET' || req.method === 'HEAD' ? byPath.get(req.path) : undefined;
    if (!asset) return next();
    const zipped = req.acceptsEncodings(['gzip', 'identity']) === 'gzip';
    res.set({ 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=31536000, immutable' });
    res.vary('Accept-Encoding');
    if (zipped) res.set('Content-Encoding', 'gzip');
    res.send(zipped ? asset.gzip : asset.plain);
  };
}

function addressOf(file: string, content: Buffer): string {
  const { name, ext } = path.parse(file);
  return `/assets/${name}.${createHash('sha256').update(content).digest('hex').slice(0, 10)}${ext}`;
}
