import { randomBytes } from 'node:crypto';
import busboy from 'busboy';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Refusals } from '../stand-in.ts';

/** Meta's words for no. */
export function refuse(res: Response, code: number, sub?: number, status = 400): void {
  res.status(status).json({
    error: {
      ...{ message: 'Practice refusal', type: 'OAuthException', code, fbtrace_id: 'practice' },
      ...(sub && { error_subcode: sub }),
    },
  });
}

export const refusals: Refusals = {
  throttled(res) {
    const usage = [{ type: 'pages', call_count: 100, estimated_time_to_regain_access: 1 }];
    res.set('X-Business-Use-Case-Usage', JSON.stringify({ 1: usage }));
    refuse(res, 32, undefined, 403);
  },
  expired: (res) => refuse(res, 190, 463, 401),
  duplicate: (res) => refuse(res, 506),
};

/** Lets in who brings a token that is known, in a header or in the address. */
export const signedIn =
  (tokens: Set<string>): RequestHandler =>
  (req, res, next) => {
    const token = req.get('authorization')?.replace(/^Bearer /, '') ?? String(req.query.access_token ?? '');
    if (tokens.has(token)) next();
    else refusals.expired(res);
  };

export const newToken = (): string => randomBytes(24).toString('base64url');

/** A form of either kind; files are at `req.files`. */
export const forms: RequestHandler[] = [
  express.urlencoded({ extended: false }),
  (req, _res, next) => {
    if (!req.is('multipart/form-data')) return next();
    readParts(req).then(({ fields, file }) => {
      Object.assign(req, { body: { ...fields, file } });
      next();
    }, next);
  },
];

export interface Part {
  mime: string;
  bytes: Buffer;
}

function readParts(req: Request): Promise<{ fields: Record<string, string>; file?: Part }> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    let file: Part | undefined;
    const form = busboy({ headers: req.headers });
    form.on('field', (name, value) => {
      fields[name] = value;
    });
    form.on('file', (_name, stream, { mimeType: mime }) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        file = { mime, bytes: Buffer.concat(chunks) };
      });
    });
    form.on('close', () => resolve({ fields, file }));
    form.on('error', reject);
    req.pipe(form);
  });
}
