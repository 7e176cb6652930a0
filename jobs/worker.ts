import type { Ground } from '../src/ground.ts';

/** Stand-in: works nothing off. */
export async function startWorker(_: Ground): Promise<{ stop(): Promise<void> }> {
  return { stop: async () => undefined };
}
