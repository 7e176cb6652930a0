import type { Ground } from '../ground.ts';

/** Stand-in: nothing listens. */
export async function startSandbox(ground: Ground): Promise<{ url: string; close(): Promise<void> }> {
  return { url: `http://localhost:${ground.config.SANDBOX_PORT}`, close: async () => undefined };
}
