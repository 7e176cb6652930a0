import {
  extendZodWithOpenApi,
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { isFile, type Operation } from './operation.ts';
import { type ProblemKind, problems } from './problems.ts';

// The generator finds names and descriptions where zod's own `meta` puts them once it is told of zod.
extendZodWithOpenApi(z);

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const PROBLEM = 'application/problem+json';
const problem = z
  .strictObject({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457' });

/**
 * The OpenAPI 3.1 document of the operations, from the schemas that validate.
 * @param base address of the API as callers know it
 */
export function openApiDocument(operations: Operation[], base: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'key', {
    ...{ type: 'http', scheme: 'bearer', bearerFormat: 'wecare_…' },
    description: 'An API key, made with `wecare api-key create`. It acts as one user.',
  });
  for (const entry of operations) registry.registerPath(routeOf(entry));
  return new OpenApiGeneratorV31(registry.definitions, { unionPreferredType: 'oneOf' }).generateDocument({
    openapi: '3.1.0',
    info: { title: 'We Care Outreach', version: 'v1', description: INTRODUCTION },
    servers: [{ url: base }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ key: [] }],
  });
}

const INTRODUCTION = `Everything that the command line does with contacts, campaigns, deliveries and settings.
Moments are ISO 8601. Lists come in pages: give \`next\` back as \`cursor\`. A POST with an \`Idempotency-Key\` is done once,
however often it is sent within 24 hours. Errors are problem details (RFC 9457).`;

function routeOf(entry: Operation): RouteConfig {
  const { method, path, id, tag, does, says, scope, params, query } = entry;
  const request = {
    ...(params && { params: params as z.ZodObject }),
    ...(query && { query: query as z.ZodObject }),
    ...(method === 'post' && { headers: onceHeader }),
    ...bodyOf(entry),
  };
  return {
    ...{ method, path, operationId: id, tags: [tag], summary: does },
    description: [says, `Needs the scope \`${scope}\`${rolesOf(entry)}.`].filter(Boolean).join(' '),
    request,
    responses: { ...answersOf(entry), ...refusalsOf(entry) },
    'x-scope': scope,
  };
}

const onceHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({ description: 'Makes the request one that is done once', example: '019a9e5c-7d2e-7c11' }),
});

const rolesOf = ({ roles }: Operation) => (roles ? ` of a user with the role ${roles.join(' or ')}` : '');

function bodyOf({ body }: Operation): { body?: NonNullable<RouteConfig['request']>['body'] } {
  if (!body) return {};
  if (!isFile(body)) {
    const required = !body.safeParse({}).success;
    return { body: { required, content: { 'application/json': { schema: body } } } };
  }
  const most = `At most ${body.longest / 1_000_000} MB.`;
  const schema = { type: 'string', contentEncoding: 'binary', description: most } as const;
  return {
    body: { required: true, content: Object.fromEntries(body.types.map((type) => [type, { schema }])) },
  };
}

/** The status of an operation that went well. */
export const statusOf = ({ status, answer }: Operation): number => status ?? (answer ? 200 : 204);

function answersOf(entry: Operation): RouteConfig['responses'] {
  const { answer } = entry;
  if (!answer) return { 204: { description: 'Done' } };
  const content =
    answer === 'text/csv'
      ? { 'text/csv': { schema: { type: 'string' } as const } }
      : { 'application/json': { schema: answer } };
  return { [statusOf(entry)]: { description: 'Done', content } };
}

/** Every kind of problem that an operation may answer with. */
export function problemKindsOf({ method, body, query, params, refuses = [] }: Operation): ProblemKind[] {
  const kinds: ProblemKind[] = [
    'malformed',
    'invalid',
    'refused',
    'unauthorized',
    'scope-missing',
    'forbidden',
  ];
  const asked = query !== undefined || params !== undefined || body !== undefined;
  return [
    ...(asked ? kinds : kinds.filter((kind) => kind !== 'refused')),
    ...(refuses.includes(404) ? (['not-found'] as const) : []),
    ...(refuses.includes(409) || method === 'post' ? (['conflict'] as const) : []),
    ...(body ? (['too-large', 'unsupported-media-type'] as const) : []),
    ...(method === 'post' ? (['key-reused'] as const) : []),
    'too-many-requests',
    'fault',
  ];
}

function refusalsOf(entry: Operation): RouteConfig['responses'] {
  const byStatus = new Map<number, string[]>();
  for (const kind of problemKindsOf(entry)) {
    const { status, title } = problems[kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), title]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, titles]) => [
      status,
      { description: titles.join(' / '), content: { [PROBLEM]: { schema: problem } } },
    ]),
  );
}
