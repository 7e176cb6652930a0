import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Request, Response } from 'express';
import { Refusal } from '../errors.ts';
import { say } from '../say.ts';

/** A file on the disk until the answer has gone. */
export interface ReceivedFile {
  path: string;
  name: string;
  bytes: number;
  /** Longer than it may be: what is there is only its beginning. Of one file alone that is a refusal. */
  tooLong: boolean;
}

/** A form that carries files, as `multipart/form-data` (RFC 7578). */
export interface ReceivedForm {
  /** A field as it was typed; empty when it is not there. */
  text(name: string): string;
  /** The first file; null when none was chosen. */
  file: ReceivedFile | null;
  files: ReceivedFile[];
}

const LIMITS = { fields: 50, fieldSize: 4000, headerPairs: 20 };
/** What the form has besides its files. */
const AROUND = 1_000_000;
/** So long a refused upload may go on into nothing, so that its sender reads why (as nginx lingers). */
const LINGER_MS = 30_000;

/**
 * Streams a form's files onto the disk, never into memory. A form that says beforehand that it is too long is
 * refused before any of it is read.
 * @param longest of one file, in bytes
 * @param most how many files; of several each is judged alone, and those beyond are not read
 * @param whole of all files together, in bytes
 * @throws Refusal (413) for a file that is longer, (415) for what is no such form
 */
export async function receiveForm(
  req: Request,
  res: Response,
  { longest, most = 1, whole = longest }: { longest: number; most?: number; whole?: number },
): Promise<ReceivedForm> {
  if (Number(req.get('content-length') ?? 0) > whole + AROUND) throw tooLong(req, whole);
  if (!req.is('multipart/form-data')) {
    letGo(req);
    throw new Refusal(say`Send the file by the form of the page.`, 415);
  }
  const fields = new Map<string, string>();
  const writing: Promise<ReceivedFile | null>[] = [];
  const limits = { ...LIMITS, files: most, parts: 60 + most, fileSize: longest };
  const parts = busboy({ headers: req.headers, limits, defParamCharset: 'utf8' });
  parts.on('field', (name, value) => void fields.set(name, value));
  // Not by `pipeline`, which would close the connection before the answer.
  await new Promise<void>((resolve, reject) => {
    parts.on('file', (_, stream, { filename }) => {
      if (most === 1) stream.once('limit', () => reject(tooLong(req, longest)));
      const place = path.join(tmpdir(), `wecare-form-${randomUUID()}`);
      res.once('close', () => void rm(place, { force: true }));
      const kept = keep(stream, place, filename);
      kept.catch((error: unknown) => reject(broken(req, error)));
      writing.push(kept);
    });
    parts.once('close', resolve).once('error', (error) => reject(broken(req, error)));
    watchLength(req, whole + AROUND, () => reject(tooLong(req, whole)));
    req.once('error', (error) => reject(broken(req, error))).pipe(parts);
  });
  const files = (await Promise.all(writing)).filter((file) => file !== null);
  return { text: (name) => fields.get(name) ?? '', file: files[0] ?? null, files };
}

/** A body that did not say how long it is, or that is no form at all, is counted as it comes. */
function watchLength(req: Request, longest: number, over: () => void): void {
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= longest) return;
    req.off('data', count);
    over();
  };
  req.on('data', count);
}

async function keep(
  stream: Readable & { truncated?: boolean },
  place: string,
  name: string | undefined,
): Promise<ReceivedFile | null> {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await pipeline(stream, createWriteStream(place, { mode: 0o600, flags: 'wx' }));
  const tooLong = stream.truncated ?? false;
  return name && bytes ? { path: place, name: fileNameOf(name), bytes, tooLong } : null;
}

/** A name that can stand in a folder of ours, and nothing else. */
function fileNameOf(name: string): string {
  const plain = name
    .replace(/[/\\\p{C}]/gu, ' ')
    .replace(/^[.\s]+/, '')
    .trim();
  return plain.slice(-100) || 'file';
}

function tooLong(req: Request, longest: number): Refusal {
  letGo(req);
  return new Refusal(say`The file is larger than ${Math.floor(longest / 1_000_000)} MB. Split it.`, 413);
}

function broken(req: Request, error: unknown): Error {
  letGo(req);
  const why = error instanceof Error ? error.message : '';
  return new Refusal(say`The file did not arrive whole. Send it again. (${why.slice(0, 100)})`);
}

/** What is still on its way goes nowhere, for a while; a browser reads an answer only behind what it sends. */
function letGo(req: Request): void {
  req.unpipe();
  req.resume();
  const timer = setTimeout(() => req.socket.destroy(), LINGER_MS).unref();
  req.once('close', () => clearTimeout(timer));
}
