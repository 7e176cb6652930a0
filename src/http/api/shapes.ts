import type { OpenApiDocument } from './document.ts';
import { isFile, type Operation } from './operation.ts';

/** A field as the docs show it. */
export interface Shown {
  name: string;
  /** `path`, `query` or `body`; empty in an answer. */
  where: string;
  /** In words: `text, at most 200`, `one of en, ml`. */
  type: string;
  required: boolean;
  says: string;
}

/** As much of JSON Schema as the document uses. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  default?: unknown;
  example?: unknown;
  description?: string;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

interface Described {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

function describedOf({ path, method }: Operation, { paths = {} }: OpenApiDocument): Described {
  return (paths[path] as unknown as Record<string, Described>)[method] as Described;
}

/** What an operation takes, and what it answers with, as rows of a table. */
export function shapeOf(entry: Operation, document: OpenApiDocument): { fields: Shown[]; answer: Shown[] } {
  const { parameters = [], requestBody, responses } = describedOf(entry, document);
  const named = parameters
    .filter((one) => one.in !== 'header')
    .map((one) => rowOf(one.name, one.schema ?? {}, { where: one.in, required: one.required ?? false }));
  const body = Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) =>
    schema.properties
      ? fieldsOf(schema, document, 'body')
      : [rowOf(type, schema, { where: 'body', required: true })],
  );
  const answer = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content ?? {};
  return {
    fields: [...named, ...body],
    answer: Object.values(answer).flatMap(({ schema }) => fieldsOf(schema, document, '')),
  };
}

function fieldsOf(schema: Schema, document: OpenApiDocument, where: string): Shown[] {
  const { properties = {}, required = [] } = resolved(schema, document);
  return Object.entries(properties).map(([name, one]) =>
    rowOf(name, one, { where, required: required.includes(name) }),
  );
}

const rowOf = (
  name: string,
  schema: Schema,
  { where, required }: { where: string; required: boolean },
): Shown => ({
  ...{ name, where, required, type: inWords(schema) },
  says: [
    schema.description,
    schema.default === undefined ? '' : `Unless said: ${JSON.stringify(schema.default)}.`,
  ]
    .filter(Boolean)
    .join(' '),
});

function inWords(schema: Schema): string {
  const { $ref, type, oneOf, anyOf } = schema;
  if ($ref) return $ref.slice($ref.lastIndexOf('/') + 1);
  if (oneOf ?? anyOf) return [...new Set((oneOf ?? anyOf)?.map(inWords))].join(' or ');
  const types = [type ?? []].flat();
  const orNull = types.includes('null') ? ' or null' : '';
  return `${typeInWords(schema, types.find((one) => one !== 'null') ?? 'anything')}${orNull}`;
}

function typeInWords(schema: Schema, type: string): string {
  const { enum: values, const: value, items, additionalProperties, format, maxLength, maximum } = schema;
  if (values ?? value) return `one of ${(values ?? [value]).filter((one) => one !== null).join(', ')}`;
  if (type === 'array') return `list of ${inWords(items ?? {})}`;
  if (type === 'object' && typeof additionalProperties === 'object') return 'object by name';
  if (type === 'string') return FORMATS[format ?? ''] ?? (maxLength ? `text, at most ${maxLength}` : 'text');
  if (type === 'integer') return maximum && maximum < 1e12 ? `whole number to ${maximum}` : 'whole number';
  return type;
}

const FORMATS: Record<string, string> = { uuid: 'UUID', 'date-time': 'moment', email: 'e-mail address' };

const resolved = (schema: Schema, document: OpenApiDocument): Schema => {
  if (!schema.$ref) return schema;
  const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  return (document.components?.schemas?.[name] ?? {}) as Schema;
};

/** The parts of an example request: a body of what is required, and ids in their places. */
export function bodyExample(entry: Operation, document: OpenApiDocument) {
  const { parameters = [], requestBody } = describedOf(entry, document);
  const sample = (name: string) => parameters.find((one) => one.name === name)?.schema ?? {};
  const wanted = parameters.filter((one) => one.in === 'query' && one.required);
  const pairs = wanted.map(
    ({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema ?? {}, document)))}`,
  );
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const json = content && !isFile(entry.body) ? JSON.stringify(exampleOf(content.schema, document)) : '';
  return {
    place: (path: string) =>
      path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(exampleOf(sample(name), document)))),
    query: pairs.length ? `?${pairs.join('&')}` : '',
    type: type ?? '',
    body: type === undefined ? '' : json ? `-d '${json}'` : '--data-binary @FILE',
  };
}

function exampleOf(schema: Schema, document: OpenApiDocument): unknown {
  const { example, enum: values, oneOf, anyOf, items, format } = resolved(schema, document);
  if (example !== undefined) return example;
  const [first] = values ?? oneOf ?? anyOf ?? [];
  if (values) return first;
  if (first) return exampleOf(first as Schema, document);
  const type = [resolved(schema, document).type ?? []].flat()[0];
  if (type === 'object') return objectExample(resolved(schema, document), document);
  if (type === 'array') return items ? [exampleOf(items, document)] : [];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  return format === 'date-time' ? '2026-11-22T03:30:00.000Z' : 'appeals';
}

function objectExample(
  { properties = {}, required = [], additionalProperties }: Schema,
  document: OpenApiDocument,
) {
  if (typeof additionalProperties === 'object') return { en: exampleOf(additionalProperties, document) };
  const names = required.length ? required : Object.keys(properties).slice(0, 1);
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {}, document)]));
}
