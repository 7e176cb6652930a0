import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler, Response } from 'express';
import type { Settings } from './settings.ts';

/**
 * Makes the interface slow or faulty, as the settings say. `silent` and `cut` let the request do its work
 * and keep the answer back: whoever asked cannot know. `refuse-silently` does nothing and says nothing.
 */
export function misbehave({ settings }: { settings: { now: Settings } }): RequestHandler {
  return async (req, res, next) => {
    const { latencyMs } = settings.now;
    if (latencyMs > 0) await wait(latencyMs);
    const fault = useUp(settings, req.method);
    if (!fault) return next();
    if (fault.kind === 'refuse-silently') return; // the other side's limit of time ends it
    if (fault.kind === 'status') return void refuse(res, fault.status);
    res.json = () => {
      if (fault.kind === 'cut') req.socket.destroy();
      if (fault.kind === 'garbage')
        res.status(200).type('html').send('<html><h1>502 Bad Gateway</h1></html>');
      return res;
    };
    next();
  };
}

function useUp(settings: { now: Settings }, method: string): Settings['fault'] {
  const { fault } = settings.now;
  if (!fault || (fault.method && fault.method !== method)) return null;
  const times = fault.times - 1;
  settings.now = { ...settings.now, fault: times > 0 ? { ...fault, times } : null };
  return fault;
}

function refuse(res: Response, status: number): void {
  if (status === 429) res.set('Retry-After', '7');
  const code = status >= 500 ? 'SERVER_ERROR' : 'BAD_REQUEST_ERROR';
  const description = status === 429 ? 'Request rate limit exceeded' : 'We are facing some trouble.';
  res
    .status(status)
    .json({ error: { code, description, source: 'NA', step: 'NA', reason: 'NA', metadata: {} } });
}
