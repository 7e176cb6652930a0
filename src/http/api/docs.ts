import type { RequestHandler } from 'express';
import { scopes } from '../../access/api-keys.ts';
import type { Web } from '../web.ts';
import { type OpenApiDocument, statusOf } from './document.ts';
import type { Operation } from './operation.ts';
import { problems } from './problems.ts';
import { bodyExample, type Shown, shapeOf } from './shapes.ts';

/** What the docs show of one operation. */
interface Entry {
  id: string;
  method: string;
  path: string;
  does: string;
  says: string | null;
  scope: string;
  roles: string | null;
  fields: Shown[];
  answer: Shown[];
  status: number;
  example: string;
}

interface Documented {
  operations: Operation[];
  document: OpenApiDocument;
  /** Address of the API as callers know it. */
  base: string;
}

/** A page for people: every operation with its fields and an example, made from the table once. */
export function showDocs(web: Web, { operations, document, base }: Documented): RequestHandler {
  const tags = [...new Set(operations.map(({ tag }) => tag))].map((tag) => ({
    ...{ tag, slug: slugOf(tag) },
    entries: operations.filter((one) => one.tag === tag).map((one) => entryOf(one, document, base)),
  }));
  const kinds = Object.entries(problems).map(([kind, about]) => ({ kind, ...about }));
  const html = web.pages.render({
    ...{ template: 'api-docs', layout: 'api', language: 'en', title: 'We Care API' },
    data: { tags, kinds, scopes: [...scopes], base, operations: operations.length },
  });
  return (_req, res) => void res.type('html').send(html);
}

function entryOf(entry: Operation, document: OpenApiDocument, base: string): Entry {
  const { id, method, path, does, says, scope, roles } = entry;
  const { fields, answer } = shapeOf(entry, document);
  return {
    ...{ id, method: method.toUpperCase(), path, does, says: says ?? null, scope, fields, answer },
    roles: roles?.join(' or ') ?? null,
    status: statusOf(entry),
    example: exampleOf(entry, document, base),
  };
}

/** A line for the terminal that works once the key is put in. */
function exampleOf(entry: Operation, document: OpenApiDocument, base: string): string {
  const { method, path } = entry;
  const { place, query, type, body } = bodyExample(entry, document);
  const head = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${base}${place(path)}${query}'`,
  ];
  const lines = [head, `  -H 'Authorization: Bearer wecare_…'`];
  if (method === 'post') lines.push(`  -H 'Idempotency-Key: 019a9e5c-7d2e-7c11'`);
  if (type) lines.push(`  -H 'Content-Type: ${type}'`);
  if (body) lines.push(`  ${body}`);
  return lines.join(' \\\n');
}

const slugOf = (tag: string) => tag.toLowerCase().replace(/[^a-z]+/g, '-');
