import { z } from 'zod';
import { Problem } from './problems.ts';

/** The longest page. */
export const MOST = 200;

/** Words of one line. */
export const line = (longest = 200) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\r\n\t]*$/, 'must be one line');

export const text = (longest: number) => z.string().max(longest);
export const id = z.guid().meta({ description: 'UUID', example: '019a9e5c-7d2e-7c11-9d6f-2a4b8c0e1f33' });
export const moment = z.iso
  .datetime({ offset: true })
  .meta({ description: 'ISO 8601', example: '2026-11-22T03:30:00.000Z' });
/** A moment that a caller sends, as a Date. */
export const momentIn = moment
  .transform((given) => new Date(given))
  .refine((date) => date.getFullYear() < 10_000);
export const count = z.int().min(0);
export const runNumber = z.coerce
  .number()
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: 'Number of a run', example: 42 });
export const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/)
  .meta({ description: 'BCP 47', example: 'ml' });
export const address = z.string().trim().min(3).max(254).meta({
  description: 'E-mail address, or phone number (E.164, or Indian)',
  example: 'anitha@donor.example',
});
export const yes = z.enum(['true', 'false']).transform((given) => given === 'true');

export const idParams = z.strictObject({ id });
export const runParams = z.strictObject({ run: runNumber });

const limit = z.coerce.number().int().min(1).max(MOST).default(50);
const cursor = z
  .string()
  .min(1)
  .max(500)
  .optional()
  .meta({ description: '`next` of the page before; absent for the first' });

/** Query of a list: the page, and filters. */
export const paged = <S extends z.ZodRawShape>(filters: S) => z.strictObject({ limit, cursor, ...filters });

/** A page of a list; `next` is null on the last. */
export const pageOf = <S extends z.ZodType>(item: S) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** Where a page ended, as callers hand it back; only we read it. */
export const writeCursor = (place: unknown): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws Problem for what is no cursor of ours */
export function readCursor<S extends z.ZodType>(
  schema: S,
  given: string | undefined,
): z.output<S> | undefined {
  if (given === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(given, 'base64url').toString('utf8')));
  } catch {
    const fault = { pointer: '/query/cursor', detail: 'is no cursor of this list' };
    throw new Problem('invalid', 'The cursor is none of this list. Begin without one.', [fault]);
  }
}

/**
 * A page of rows that were read in their order, one more than asked for.
 * @param placeOf where the next page begins behind a row
 */
export function toPage<R>(
  rows: R[],
  most: number,
  placeOf: (row: R) => unknown,
): { items: R[]; next: string | null } {
  const items = rows.slice(0, most);
  const last = items.at(-1);
  return { items, next: rows.length > most && last !== undefined ? writeCursor(placeOf(last)) : null };
}

/** A page of a short list that was read whole, in the order of its keys. */
export function sliced<R>(
  rows: R[],
  { limit: most, cursor: given }: { limit: number; cursor?: string | undefined },
  keyOf: (row: R) => string,
): { items: R[]; next: string | null } {
  const after = readCursor(z.string().max(300), given);
  const start = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
  if (after !== undefined && start === 0) return { items: [], next: null };
  return toPage(rows.slice(start, start + most + 1), most, keyOf);
}
