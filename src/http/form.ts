import type { Request } from 'express';

/** Longest text of a field that is read; a person's own is shorter. */
const KEPT = 500;

/** A posted form of `application/x-www-form-urlencoded`; whatever else the body is, no field is in it. */
export interface Form {
  /** A field as it was typed, but for its length; empty when it is not there. */
  text(name: string): string;
  /** The same for what may be as long as the body of the request. */
  long(name: string): string;
  all(name: string): string[];
}

export function readForm(req: Pick<Request, 'body'>): Form {
  // The database takes no NUL in a text, and nobody types one.
  const body = Buffer.isBuffer(req.body)
    ? req.body.toString('utf8').replaceAll('%00', '').replaceAll('\0', '')
    : '';
  const fields = new URLSearchParams(body);
  return {
    text: (name) => (fields.get(name) ?? '').slice(0, KEPT),
    long: (name) => fields.get(name) ?? '',
    all: (name) => fields.getAll(name).map((text) => text.slice(0, KEPT)),
  };
}
