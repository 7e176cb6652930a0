/** A Ctrl-C reaches a process from the terminal, from npm and from our launcher: one keystroke. */
const ECHO_MS = 1000;

/** Something that runs until a signal comes. */
export interface Service {
  /** How long a clean stop may take. */
  stopSeconds: number;
  /** Finishes what is in hand and closes everything, in order. */
  stop(): Promise<void>;
  /** Leaves at once, when a clean stop takes too long or is not wanted. */
  abandon(): Promise<void>;
}

/** What was asked of this process from outside; begins to listen when it is made. */
export interface Signals {
  /** SIGINT or SIGTERM came. */
  first: Promise<void>;
  /** It came again, and not as the echo of the same keystroke. */
  second: Promise<void>;
}

/** Listens from now on, so that a signal during a start is not lost and does not cut it in two. */
export function heedSignals(): Signals {
  let heardAt = 0;
  let tellFirst: () => void = () => undefined;
  let tellSecond: () => void = () => undefined;
  const first = new Promise<void>((done) => {
    tellFirst = done;
  });
  const second = new Promise<void>((done) => {
    tellSecond = done;
  });
  const hear = () => {
    if (heardAt && Date.now() - heardAt > ECHO_MS) tellSecond();
    heardAt ||= Date.now();
    tellFirst();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, hear);
  return { first, second };
}

/**
 * Waits for SIGINT or SIGTERM, then stops the service. A second signal, or a stop that takes longer
 * than it may, ends it at once.
 * @returns the exit code: 0 after a clean stop, 1 when time ran out, 130 when it was cut short
 */
export async function runUntilStopped(signals: Signals, service: Service): Promise<number> {
  const awake = setInterval(() => undefined, 60_000); // listening to signals keeps no process alive
  await signals.first;
  clearInterval(awake);
  const { stopSeconds } = service;
  say(`Stopping: what is in hand is finished first, within ${stopSeconds} s. Ctrl-C again ends at once.`);
  const outcome = await Promise.race([
    service.stop().then(() => 0),
    signals.second.then(() => 130),
    after(stopSeconds * 1000).then(() => 1),
  ]);
  if (outcome === 0) say('Stopped.');
  if (outcome === 1) say(`Not everything ended within ${stopSeconds} s (STOP_SECONDS); leaving it.`);
  if (outcome !== 0) await Promise.race([service.abandon(), after(2000)]);
  return outcome;
}

const after = (ms: number) =>
  new Promise<void>((done) => {
    setTimeout(done, ms).unref();
  });

/** Words for the person at the terminal; standard output is kept for answers. */
export const say = (words: string): void => void process.stderr.write(`${words}\n`);

export type Closer = () => Promise<unknown>;

/** Closes what was opened, the last first, also where one before it could not be. @throws the first trouble */
export async function closeAll(closers: Closer[]): Promise<void> {
  const troubles: unknown[] = [];
  for (const close of closers.splice(0).reverse())
    await close().catch((error: unknown) => troubles.push(error));
  if (troubles.length) throw troubles[0];
}
