import type { Request, Response } from 'express';
import { z } from 'zod';
import { fileOf, jsonOf, requireText } from './body.ts';
import { isFile, type Operation } from './operation.ts';
import { type Fault, Problem } from './problems.ts';

/**
 * What a request asks, checked by the operation's schemas. Everything that is wrong is said at once.
 * @throws Problem for what cannot be read or will not do
 */
export function readRequest({ params, query, body }: Operation, req: Request, res: Response) {
  requireText([req.params, req.query]);
  const faults: Fault[] = [];
  const read = (schema: z.ZodType | undefined, value: unknown, at: string) => {
    const parsed = (schema ?? z.strictObject({})).safeParse(value);
    if (!parsed.success) faults.push(...parsed.error.issues.flatMap((issue) => faultsOf(issue, at)));
    return parsed.data;
  };
  const asked = {
    params: read(params, { ...req.params }, '/path'),
    query: read(query, withArrays(query, req.query), '/query'),
    body: isFile(body) ? fileOf(res) : read(body, jsonOf(req) ?? {}, '#'),
  };
  if (faults.length) throw new Problem('invalid', inWords(faults), faults);
  return asked;
}

/** A parameter that may be repeated is a list also when it came once. */
function withArrays(schema: z.ZodType | undefined, query: Request['query']): Record<string, unknown> {
  const shape = schema instanceof z.ZodObject ? schema.shape : {};
  const entries = Object.entries(query).map(([name, value]) => {
    const wanted = unwrapped((shape as Record<string, z.ZodType>)[name]);
    return [name, wanted instanceof z.ZodArray && !Array.isArray(value) ? [value] : value];
  });
  return Object.fromEntries(entries);
}

function unwrapped(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return unwrapped(schema.unwrap() as z.ZodType);
  return schema;
}

/** A field that is not known is named itself, so that its misspelling is seen. */
function faultsOf(issue: z.core.$ZodIssue, at: string): Fault[] {
  const places =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const detail = issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message;
  return places.map((place) => ({ pointer: [at, ...place.map(escaped)].join('/'), detail }));
}

/** RFC 6901 section 3. */
const escaped = (part: PropertyKey) => String(part).replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100);

const inWords = (faults: Fault[]): string => {
  const some = faults.slice(0, 5).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  return `${some.join('; ')}${faults.length > some.length ? ' …' : ''}.`;
};
