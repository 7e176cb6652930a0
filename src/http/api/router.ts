import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import type { KeptAnswer } from '../../access/answers.ts';
import { callingFrom } from '../../access/origin.ts';
import type { LimitClass } from '../limits.ts';
import type { Web } from '../web.ts';
import { readBody } from './body.ts';
import { callerOf, requireKey, requireRight } from './caller.ts';
import { showDocs } from './docs.ts';
import { openApiDocument } from './document.ts';
import { once } from './once.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { Problem, problemOf } from './problems.ts';
import { readRequest } from './reading.ts';

export const API_PATH = '/api/v1';

interface Api {
  web: Web;
  limits: Record<LimitClass, RequestHandler>;
  /** Address of the API as callers know it. */
  base: string;
}

/**
 * The API: every entry of operations.ts under its path. In order: who calls (401), how often (429),
 * whether they may (403), what they ask (400, 413, 415), whether it was asked before (409, 422).
 * Every refusal is problem details (RFC 9457), whatever the caller accepts.
 */
export function openApi(web: Web, limits: Record<LimitClass, RequestHandler>): Router {
  const api = { web, limits, base: `${web.ground.config.publicUrl}${API_PATH}` };
  const router = Router({ caseSensitive: true });
  router.use(bare);
  addDocuments(router, api);
  for (const entry of operations) addOperation(router, api, entry);
  for (const path of new Set(operations.map((entry) => entry.path))) refuseOthers(router, path);
  router.use(() => {
    throw new Problem('not-found', 'The API has no such address. /api/v1/docs lists them.');
  });
  router.use(tellProblem(api));
  return router;
}

/** Answers are for one key, so nobody keeps them; there are no cookies, and no site may read them. */
const bare: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

function addDocuments(router: Router, { web, limits, base }: Api): void {
  const document = openApiDocument(operations, base);
  const text = JSON.stringify(document);
  router.get('/openapi.json', limits.view, (_req, res) => void res.type('json').send(text));
  router.get('/docs', limits.view, showDocs(web, { operations, document, base }));
  for (const path of ['/openapi.json', '/docs']) router.all(path, refuseWith(['GET', 'HEAD']));
}

function addOperation(router: Router, { web, limits, base }: Api, entry: Operation): void {
  const { ground } = web;
  const right: RequestHandler = (_req, res, next) => {
    requireRight(callerOf(res), entry);
    next();
  };
  const perform: RequestHandler = async (req, res) => {
    const asked = readRequest(entry, req, res);
    const work = () => callingFrom(req.ip ?? '', () => answerTo(web, entry, { req, res, asked }));
    if (entry.answer === 'text/csv')
      return sendCsv(res, (await handled(web, entry, { res, asked })) as AsyncIterable<string>);
    send(res, await once({ ground, req, res, base }, work));
  };
  const path = entry.path.replace(/\{(\w+)\}/g, ':$1');
  router[entry.method](
    path,
    limits.machine,
    requireKey(ground),
    limits.api,
    right,
    ...readBody(entry),
    perform,
  );
}

interface Asking {
  res: Response;
  asked: { params: unknown; query: unknown; body: unknown };
}

function handled({ ground }: Web, entry: Operation, { res, asked }: Asking): Promise<unknown> {
  const caller = callerOf(res);
  const actor = caller.user.email;
  return entry.handle({ ground, ...asked, caller, actor, editor: { actor, userId: caller.user.id } });
}

async function answerTo(web: Web, entry: Operation, asking: Asking & { req: Request }): Promise<KeptAnswer> {
  const value = await handled(web, entry, asking);
  const status = entry.status ?? (entry.answer ? 200 : 204);
  const id = status === 201 || status === 202 ? (value as { id?: unknown }).id : undefined;
  const location =
    id === undefined ? null : `${asking.req.baseUrl}${asking.req.path.replace(/\/$/, '')}/${id}`;
  return { status, type: 'application/json', location, body: entry.answer ? toJson(value) : '' };
}

/** A whole number beyond what JSON readers keep exactly goes as text. */
const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, one) =>
    typeof one === 'bigint' ? (Number.isSafeInteger(Number(one)) ? Number(one) : String(one)) : one,
  );

function send(res: Response, { status, type, location, body }: KeptAnswer): void {
  if (location) res.location(location);
  if (status === 204) return void res.status(204).end();
  res.status(status).type(type).send(body);
}

async function sendCsv(res: Response, lines: AsyncIterable<string>): Promise<void> {
  res.status(200).type('text/csv; charset=utf-8');
  await pipeline(Readable.from(lines), res);
}

/** An address that is there, with a method that is not (RFC 9110 section 15.5.6). */
function refuseOthers(router: Router, path: string): void {
  const methods = operations.filter((entry) => entry.path === path).map(({ method }) => method.toUpperCase());
  router.all(
    path.replace(/\{(\w+)\}/g, ':$1'),
    refuseWith(methods.includes('GET') ? [...methods, 'HEAD'] : methods),
  );
}

function refuseWith(allowed: string[]): RequestHandler {
  return (req, res) => {
    res.set('Allow', allowed.join(', '));
    throw new Problem('method-not-allowed', `${req.method} is not taken here; ${allowed.join(', ')} are.`);
  };
}

function tellProblem({ base }: Api): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const problem = problemOf(error, { base, requestId: String(req.id) });
    if (problem.status >= 500) req.log.error({ err: error }, 'a request failed');
    if (res.headersSent) return next(error);
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}
