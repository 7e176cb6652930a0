import { afterAll, expect, it } from 'vitest';
import { openLog } from '../../../src/log.ts';
import { engineGround } from '../../support/engine.ts';
import { accountAt, numbered, runState, startedRun } from '../../support/people.ts';
import { openRude } from '../../support/rude.ts';
import { until } from '../../support/until.ts';
import { workers } from '../../support/workers.ts';

const ground = engineGround({ SENDER_CONNECTIONS: '4' });
const lines: string[] = [];
const log = openLog(
  { level: 'trace', service: 'worker', keepDays: 1 },
  { write: (line) => void lines.push(line) },
);
const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

it('names nobody in the log of a worker whose servers name everybody', async () => {
  const angry = await openRude({
    answer: ({ stage }) =>
      stage === 'greeting' ? '554 5.7.1 <r9@people.example> shall not enter' : undefined,
  });
  const server = await openRude({
    answer: ({ stage, to, tries }) => {
      if (stage !== 'RCPT') return undefined;
      if (to.startsWith('r1@')) return `550 5.1.1 <${to}> Asha Menon is unknown here`;
      return to.startsWith('r2@') && tries === 1 ? `451 4.7.1 <${to}> come again` : undefined;
    },
  });
  closers.push(
    () => server.close(),
    () => angry.close(),
  );
  await accountAt(ground, angry.port, { priority: 1 });
  await accountAt(ground, server.port);
  const loud = { ...ground, log };
  const crew = workers(loud);
  closers.push(() => crew.stopAll());
  const { run } = await startedRun(ground, numbered(30));
  await crew.start();
  await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished');
  const all = lines.join('');
  expect(all).toContain('an SMTP account rests');
  expect(all).not.toMatch(/r\d+@|people\.example|Person \d|Asha/);
});
