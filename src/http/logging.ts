import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { pinoHttp } from 'pino-http';
import { errorInLog, type Log } from '../log.ts';

/**
 * One line per request with its id, which the answer carries too. The pattern of the route stands for
 * the address, because addresses hold tokens; neither the caller's address nor its headers are kept.
 */
export function requestLog(log: Log): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (req, res) => {
      const id = requestId(req.headers['x-request-id']);
      res.setHeader('X-Request-Id', id);
      return id;
    },
    // Ours take what was thrown itself.
    wrapSerializers: false,
    quietReqLogger: true,
    quietResLogger: true,
    // pino-http makes a second logger that holds the whole request, and uses it for nothing that we write:
    // to serialise it was two fifths of what an answer cost.
    serializers: { req: () => undefined, res: (res) => ({ statusCode: res.statusCode }), err: errorInLog },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'info'),
    customSuccessObject: (req, res, value) => ({ ...value, ...seen(req as Request, res as Response) }),
    customErrorObject: (req, res, _error, value) => ({ ...value, ...seen(req as Request, res as Response) }),
  }) as RequestHandler;
}

const seen = (req: Request, _res: Response) => ({ method: req.method, route: req.route?.path ?? 'none' });

/** A proxy's id is taken over when it looks like one, so that nobody writes into the log. */
const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
