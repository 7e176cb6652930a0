import type { Request, Response } from 'express';
import type { Refusal } from '../../errors.ts';
import type { Web } from '../web.ts';
import { readingOf, showConsole } from './shell.ts';

/** What went wrong, in words of failure.json. */
type FailureKind = 400 | 403 | 404 | 429 | 500;

interface Failed {
  req: Request;
  res: Response;
  kind: FailureKind;
  status: number;
  refusal?: Refusal | undefined;
}

/** Says inside the console's frame what went wrong, so that whoever is at work finds on from there. */
export function showFailure(web: Web, { req, res, kind, status, refusal }: Failed): Promise<void> {
  const { t, said } = readingOf(req, res);
  const data = {
    ...{ words: `failure.${kind}`, said: refusal ? said(refusal) : null, posted: req.method === 'POST' },
    requestId: status >= 500 ? String(req.id) : null,
  };
  return showConsole(web, { req, res, name: 'failure', title: t(`failure.${kind}.title`), data, status });
}
