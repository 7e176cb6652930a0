import type { Ground } from '../../src/ground.ts';
import { open } from './open.ts';
import { heedSignals, runUntilStopped, say } from './stop.ts';

/** What was started, in words, and how it is stopped. */
export interface Started {
  words: string;
  stop(): Promise<void>;
}

/** Runs one service as a process of its own until a signal ends it, and sets the exit code. */
export async function runService(name: string, start: (ground: Ground) => Promise<Started>): Promise<void> {
  const signals = heedSignals();
  const { ground, end } = await open(name);
  const started = await start(ground).catch(async (error) => {
    await end();
    throw error;
  });
  say(started.words);
  const stop = async () => {
    await started.stop();
    await end();
  };
  process.exitCode = await runUntilStopped(signals, {
    ...{ stopSeconds: ground.config.STOP_SECONDS, stop },
    abandon: async () => process.exit(),
  });
}
