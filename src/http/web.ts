import type { RequestHandler } from 'express';
import type { Ground } from '../ground.ts';
import type { Pages } from '../render.ts';
import type { Metrics } from './metrics.ts';

/** What the routes stand on. */
export interface Web {
  ground: Ground;
  pages: Pages;
  metrics: Metrics;
  /** Address of the practice inbox where a sandbox runs beside the web. */
  inboxUrl: string | null;
}

/** A route's handler, made once when the web starts. */
export type Handler = (web: Web) => RequestHandler;
