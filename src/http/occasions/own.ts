import type { Response } from 'express';

/** Lets a page have a script or a frame of our own, which no other page of the public has. */
export function allowOwn(res: Response, what: 'script-src' | 'frame-src'): void {
  res.set('Content-Security-Policy', `${res.get('Content-Security-Policy')};${what} 'self'`);
}
