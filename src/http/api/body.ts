import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { type FileBody, isFile, type Operation, type ReceivedFile } from './operation.ts';
import { Problem } from './problems.ts';

/** Longest JSON body; a mail has at most 1 MB of source, in several languages. */
const LONGEST = '5mb';

/** Reads the body as the operation takes it: into memory, or for files onto the disk. */
export function readBody({ body }: Operation): RequestHandler[] {
  if (isFile(body)) return [keepFile(body)];
  return [express.raw({ type: () => true, limit: LONGEST }), hashBytes];
}

/** SHA-256 of the body's bytes, by which a repeated request is known. */
export const bodyHashOf = (res: Response): Buffer => res.locals.bodyHash;

const hashBytes: RequestHandler = (req, res, next) => {
  res.locals.bodyHash = createHash('sha256').update(bytesOf(req)).digest();
  next();
};

const bytesOf = (req: Request): Buffer => (Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));

/**
 * The body as JSON; undefined where there is none.
 * @throws Problem for another type, for what is no JSON, and for text that no database keeps
 */
export function jsonOf(req: Request): unknown {
  const bytes = bytesOf(req);
  if (!bytes.length) return undefined;
  requireType(req, ['application/json']);
  const value = parseJson(bytes);
  requireText(value);
  return value;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it is no UTF-8';
    throw new Problem('malformed', `The body is no JSON: ${why.slice(0, 200)}.`);
  }
}

/** Postgres keeps neither a null character nor half of a surrogate pair, in keys as little as in values. */
export function requireText(value: unknown): void {
  const open: unknown[] = [value];
  while (open.length) {
    const one = open.pop();
    if (typeof one === 'string' && /[\0\p{Cs}]/u.test(one))
      throw new Problem('malformed', 'A text holds a null character or half a character. Take it out.');
    if (typeof one !== 'object' || one === null) continue;
    for (const [key, inner] of Object.entries(one)) open.push(key, inner);
  }
}

function requireType(req: Request, types: string[]): string {
  const given = (req.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (types.includes(given)) return given;
  throw new Problem(
    'unsupported-media-type',
    `The body has the Content-Type ${JSON.stringify(given)}; this takes ${types.join(', ')}.`,
  );
}

/** Streams the body into a file of its own, which goes when the answer has gone. */
function keepFile({ types, longest }: FileBody): RequestHandler {
  return async (req, res, next) => {
    const type = requireType(req, types);
    const file = path.join(tmpdir(), `wecare-upload-${randomUUID()}`);
    res.once('close', () => void rm(file, { force: true }));
    const hash = createHash('sha256');
    const bytes = await write(req, { file, longest, hash: (chunk) => void hash.update(chunk) });
    if (!bytes) throw new Problem('malformed', 'The body is empty. Send the file as the body.');
    res.locals.bodyHash = hash.digest();
    res.locals.file = { path: file, type, bytes } satisfies ReceivedFile;
    next();
  };
}

interface Writing {
  file: string;
  longest: number;
  hash: (chunk: Buffer) => void;
}

async function write(req: Request, { file, longest, hash }: Writing): Promise<number> {
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > longest) {
        const most = `${Math.floor(longest / 1_000_000)} MB`;
        return done(new Problem('too-large', `The file is larger than ${most}. Split it.`));
      }
      hash(chunk);
      done(null, chunk);
    },
  });
  await pipeline(req, counting, createWriteStream(file, { mode: 0o600, flags: 'wx' }), { end: true });
  return bytes;
}

export const fileOf = (res: Response): ReceivedFile => res.locals.file;
