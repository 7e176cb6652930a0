import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { orFullDisk } from '../disk.ts';
import { Refusal } from '../errors.ts';
import { showFailure } from './console/failure.ts';
import { showError } from './pages.ts';
import { whoIsIn } from './staff.ts';
import type { Handler, Web } from './web.ts';

/** Addresses that programs ask; they get problem details whatever they accept. */
const FOR_PROGRAMS = new Set(['/healthz', '/readyz', '/metrics']);

export const notFound: Handler = (web) => (req, res) =>
  answer(web, { req, res, status: 404, detail: 'There is no such address.' });

/** Turns what was thrown into a kind page, or into problem details (RFC 9457) for a program. */
export function errorHandler(web: Web): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    const error = orFullDisk(thrown);
    const status = statusOf(error);
    if (status >= 500) req.log.error({ err: thrown }, 'a request failed');
    if (res.headersSent) return next(error);
    res.set('Cache-Control', 'no-store');
    const detail = error instanceof Refusal ? error.message : (STATUS_CODES[status] ?? 'Refused');
    answer(web, { req, res, status, detail, ...(error instanceof Refusal && { refusal: error }) });
  };
}

/** Once the web is stopping, each answer asks its caller to come back on another connection. */
export const sayGoodbye =
  (stopping: () => boolean): RequestHandler =>
  (_req, res, next) => {
    if (stopping()) res.set('Connection', 'close');
    next();
  };

interface Answer {
  req: Request;
  res: Response;
  status: number;
  detail: string;
  refusal?: Refusal;
}

function answer(web: Web, { req, res, status, detail, refusal }: Answer): void {
  if (
    FOR_PROGRAMS.has(req.path) ||
    req.path.startsWith('/hooks/') ||
    req.accepts(['html', 'json']) === 'json'
  ) {
    const problem = { type: 'about:blank', title: STATUS_CODES[status], status, detail, requestId: req.id };
    res.status(status).type('application/problem+json').send(JSON.stringify(problem));
    return;
  }
  const kind = status === 403 || status === 404 || status === 429 ? status : status < 500 ? 400 : 500;
  const forAll = () => showError(web, { req, res, kind, status });
  if (!req.path.startsWith('/console') || !whoIsIn(req, res)) forAll();
  // The frame asks the database, which may be what failed.
  else
    showFailure(web, { req, res, kind, status, refusal }).catch((err) => {
      req.log.error({ err }, 'a failure could not be shown in the frame of the console');
      forAll();
    });
}

/** Express and its parsers put a status on what they throw; anything else is a fault of ours. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 600 ? status : 500;
}
