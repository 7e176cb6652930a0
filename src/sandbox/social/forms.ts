import busboy from 'busboy';
import type { Request, RequestHandler } from 'express';
import express from 'express';

/** A body as it came: fields by name, files by the name of their part. */
export interface Form {
  fields: Record<string, unknown>;
  files: Record<string, { bytes: Buffer; mime: string }>;
}

const MOST = 64 * 1024 * 1024;
const parsers = [express.json({ limit: MOST }), express.urlencoded({ extended: false, limit: MOST })];

/** Reads JSON and what a form sends without files into `req.body`. */
export const bodies: RequestHandler[] = parsers;

/** Raw bytes of any type into `req.body`. */
export const rawBody: RequestHandler = express.raw({ type: () => true, limit: MOST });

/** @returns the fields and files of a request, whichever way they were sent; after `bodies` */
export async function formOf(req: Request): Promise<Form> {
  if (!req.is('multipart/form-data')) return { fields: req.body ?? {}, files: {} };
  const form: Form = { fields: {}, files: {} };
  const reader = busboy({ headers: req.headers, limits: { fileSize: MOST } });
  reader.on('field', (name, value) => {
    form.fields[name] = value;
  });
  reader.on('file', (name, stream, { mimeType }) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      form.files[name] = { bytes: Buffer.concat(chunks), mime: mimeType };
    });
  });
  await new Promise((resolve, reject) => {
    reader.on('close', resolve).on('error', reject);
    req.pipe(reader);
  });
  return form;
}
