import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

const FOLDER = new URL('../templates/assets/', import.meta.url);
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

interface Asset {
  type: string;
  plain: Buffer;
  gzip: Buffer;
}

/** The files that pages need, in memory. */
export interface Assets {
  /** Where a file of templates/assets is served: `/assets/base.1f2e3d4c5b.css`. */
  pathOf(file: string): string;
  serve: RequestHandler;
}

/** Reads templates/assets. A changed file gets another name, so browsers may keep each for a year. */
export function openAssets(): Assets {
  const files = readdirSync(FOLDER).map((file) => [file, readAsset(file)] as const);
  const paths = new Map(files.map(([file, asset]) => [file, addressOf(file, asset.plain)]));
  const byPath = new Map(files.map(([file, asset]) => [paths.get(file), asset]));
  return {
    pathOf(file) {
      const address = paths.get(file);
      if (!address) throw new Error(`templates/assets has no ${file}`);
      return address;
    },
    serve(req, res, next) {
      const asset = req.method === 'GET' || req.method === 'HEAD' ? byPath.get(req.path) : undefined;
      if (!asset) return next();
      const zipped = req.acceptsEncodings(['gzip', 'identity']) === 'gzip';
      res.set({ 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=31536000, immutable' });
      res.vary('Accept-Encoding');
      if (zipped) res.set('Content-Encoding', 'gzip');
      res.send(zipped ? asset.gzip : asset.plain);
    },
  };
}

function readAsset(file: string): Asset {
  const plain = readFileSync(new URL(file, FOLDER));
  const type = TYPES[path.extname(file)];
  if (!type) throw new Error(`templates/assets/${file} is of no kind that is served`);
  return { type, plain, gzip: gzipSync(plain, { level: 9 }) };
}

function addressOf(file: string, content: Buffer): string {
  const { name, ext } = path.parse(file);
  return `/assets/${name}.${createHash('sha256').update(content).digest('hex').slice(0, 10)}${ext}`;
}
