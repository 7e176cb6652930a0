import type { RequestHandler, Response, Router } from 'express';
import type { Credentials, NetworkName, Settings } from '../../../channels/social.ts';

/** What goes wrong with the next request that makes something visible, or with the next of any kind. */
export type Fault =
  | 'hang-after' // it is accepted, and the answer never comes
  | 'reset-after' // it is accepted, and the connection breaks
  | 'cut-after' // it is accepted, and half an answer comes
  | 'fault-after' // it is accepted, and the answer is 500
  | 'fault-before' // nothing is done, and the answer is 503
  | 'throttled'
  | 'expired'
  | 'duplicate';

export const faults: Fault[] = [
  ...([
    'hang-after',
    'reset-after',
    'cut-after',
    'fault-after',
    'fault-before',
    'throttled',
    'expired',
  ] as const),
  'duplicate',
];

/** What a follower sees. */
export interface Seen {
  id: string;
  account: string;
  text: string;
  at: Date;
  media: { kind: 'picture' | 'video'; mime: string; bytes: number; alt: string; hash: string }[];
  replyTo: string | null;
  url: string;
}

/** One network on this computer. */
export interface SocialStandIn {
  network: NetworkName;
  /** Its interface, mounted under its own path; a vendor's client is pointed there. */
  router: Router;
  /** What is visible, the oldest first. */
  timeline(): Seen[];
  /** A picture of the timeline by its SHA-256, where it is still kept. */
  picture?(hash: string): { mime: string; bytes: Buffer } | undefined;
  /** Accounts that are there from the start, as connected. */
  accounts: { name: string; credentials: Credentials; settings: Settings }[];
  /** The next request that creates meets this; several wait in line. */
  fault(next: Fault): void;
  weather: Weather;
}

/** How the network is today. */
export interface Weather {
  latencyMs: number;
  /** Of a hundred requests that create, so many meet one of the faults by chance. */
  faultPercent: number;
  /** Which ones they are; a wait that a vendor asks for is minutes, so not every bad day has one. */
  faults: Fault[];
  /** Picks one by chance; given by tests and benchmarks so that a run can be told again. */
  random(): number;
}

/** By chance comes what a network does on a bad day, not what it says of an account. */
export const badDay: Fault[] = faults.filter((fault) => fault !== 'expired' && fault !== 'duplicate');

export const fairWeather = (): Weather => ({
  latencyMs: 0,
  faultPercent: 0,
  faults: badDay,
  random: Math.random,
});

/** How a vendor says no. */
export interface Refusals {
  throttled(res: Response): void;
  expired(res: Response): void;
  duplicate(res: Response): void;
}

/**
 * Stands before a request that creates something: gives it the fault that is its turn. Those called
 * `…-after` let the request do its work and spoil the answer alone.
 */
export function troubled(line: Fault[], weather: Weather, refusals: Refusals): RequestHandler {
  return (_req, res, next) => {
    const fault = line.shift() ?? byChance(weather);
    const go = () => meet(fault, { res, next, refusals });
    if (weather.latencyMs) setTimeout(go, weather.latencyMs);
    else go();
  };
}

function byChance({ faultPercent, faults: today, random }: Weather): Fault | undefined {
  if (!faultPercent || random() * 100 >= faultPercent) return undefined;
  return today[Math.floor(random() * today.length)];
}

interface Meeting {
  res: Response;
  next: () => void;
  refusals: Refusals;
}

function meet(fault: Fault | undefined, { res, next, refusals }: Meeting): void {
  if (fault === 'fault-before') return void res.status(503).type('text').send('over capacity\n');
  if (fault === 'throttled' || fault === 'expired' || fault === 'duplicate') {
    refusals[fault](res);
    return;
  }
  if (fault) spoil(res, fault);
  next();
}

/** Lets the handler say what it likes and sends something else. */
function spoil(res: Response, fault: Fault): void {
  const end = res.end.bind(res);
  res.end = ((chunk?: unknown) => {
    if (fault === 'hang-after') return res;
    if (fault === 'reset-after') return res.destroy();
    if (fault === 'fault-after') {
      res.statusCode = 500;
      for (const name of res.getHeaderNames()) res.removeHeader(name);
      return end('{"error":"internal"}');
    }
    const whole = Buffer.from(typeof chunk === 'string' || Buffer.isBuffer(chunk) ? chunk : '{"data":{}}');
    if (!res.headersSent) res.setHeader('Content-Length', whole.length);
    res.write(whole.subarray(0, Math.floor(whole.length / 2)), () => res.destroy());
    return res;
  }) as typeof res.end;
}
