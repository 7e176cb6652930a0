import type { RequestHandler } from 'express';
import type { Role } from '../access/users.ts';
import type { Ground } from '../ground.ts';
import type { Pages } from '../render.ts';
import type { Shelf } from './brand.ts';
import type { Metrics } from './metrics.ts';
import type { Guesses } from './occasions/guest/guessing.ts';
import type { Keep } from './projects/keep.ts';

/** What the routes stand on. */
export interface Web {
  ground: Ground;
  pages: Pages;
  metrics: Metrics;
  brand: Shelf;
  /** Pages in memory. */
  kept: Keep;
  guesses: Guesses;
  /** Whether one of these roles opens an address, as the table of routes has it. */
  allows(roles: readonly Role[], method: string, path: string): boolean;
  /** Address of the practice inbox where a sandbox runs beside the web. */
  inboxUrl: string | null;
  /** Whether it takes no more requests; what would go on for long then ends. */
  stopping(): boolean;
}

/** A route's handler, made once when the web starts. */
export type Handler = (web: Web) => RequestHandler;
