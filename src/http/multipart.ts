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

/** A form that carries a file, as `multipart/form-data` (RFC 7578). */
export interface ReceivedForm {
  /** A field as it was typed; empty when it is not there. */
  text(name: string): string;
  /** The file, on the disk until the answer has gone; null when none was chosen. */
  file: { path: string; name: string; bytes: number } | null;
}

const LIMITS = { files: 1, fields: 50, fieldSize: 4000, parts: 60, headerPairs: 20 };
/** What the form has besides its file. */
const AROUND = 1_000_000;
/** So long a refused upload may go on into nothing, so that its sender reads why (as nginx lingers). */
const LINGER_MS = 30_000;

/**
 * Streams a form's file onto the disk, never into memory. One that says beforehand that it is too long is
 * refused before any of it is read.
 * @param longest in bytes
 * @throws Refusal (413) for a file that is longer, (415) for what is no such form
 */
export async function receiveForm(
  req: Request,
  res: Response,
  { longest }: { longest: number },
): Promise<ReceivedForm> {
  if (Number(req.get('content-length') ?? 0) > longest + AROUND) throw tooLong(req, longest);
  if (!req.is('multipart/form-data')) {
    letGo(req);
    throw new Refusal(say`Send the file by the form of the page.`, 415);
  }
  const place = path.join(tmpdir(), `wecare-form-${randomUUID()}`);
  res.once('close', () => void rm(place, { force: true }));
  const fields = new Map<string, string>();
  let writing: Promise<ReceivedForm['file']> = Promise.resolve(null);
  const limits = { ...LIMITS, fileSize: longest };
  const parts = busboy({ headers: req.headers, limits, defParamCharset: 'utf8' });
  parts.on('field', (name, value) => void fields.set(name, value));
  // Not by `pipeline`, which would close the connection before the answer.
  await new Promise<void>((resolve, reject) => {
    parts.on('file', (_, stream, { filename }) => {
      stream.once('limit', () => reject(tooLong(req, longest)));
      writing = keep(stream, place, filename);
      writing.catch((error: unknown) => reject(broken(req, error)));
    });
    parts.once('close', resolve).once('error', (error) => reject(broken(req, error)));
    req.once('error', (error) => reject(broken(req, error))).pipe(parts);
  });
  const file = await writing;
  return { text: (name) => fields.get(name) ?? '', file };
}

async function keep(
  stream: Readable,
  place: string,
  name: string | undefined,
): Promise<ReceivedForm['file']> {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await pipeline(stream, createWriteStream(place, { mode: 0o600, flags: 'wx' }));
  return name && bytes ? { path: place, name: fileNameOf(name), bytes } : null;
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
