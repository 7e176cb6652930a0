import type { Ground } from '../../src/ground.ts';
import { toJson } from './cli.ts';
import { open } from './open.ts';
import { heedSignals, runUntilStopped, say } from './stop.ts';

/** What was started, in words, and how it is stopped. */
export interface Started {
  words: string;
  /** The same for a program that waits for it. */
  facts: Record<string, string | number>;
  stop(): Promise<void>;
}

interface Flags {
  json?: boolean;
}

/**
 * Runs one service as a process of its own until a signal ends it, and sets the exit code. With `--json` it
 * prints one line of JSON once it has started.
 */
export async function runService(
  name: string,
  { json }: Flags,
  start: (ground: Ground) => Promise<Started>,
): Promise<void> {
  const signals = heedSignals();
  const { ground, end } = await open(name);
  const started = await start(ground).catch(async (error) => {
    await end();
    throw error;
  });
  if (json) process.stdout.write(`${toJson({ service: name, ...started.facts })}\n`);
  else say(started.words);
  const stop = async () => {
    await started.stop();
    await end();
  };
  process.exitCode = await runUntilStopped(signals, {
    ...{ stopSeconds: ground.config.STOP_SECONDS, stop },
    abandon: async () => process.exit(),
  });
}
