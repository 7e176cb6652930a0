import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passes } from '../../../src/db.ts';
import { type Attempt, asksForPatience, judge } from '../../../src/deliveries/verdict.ts';

const attempt: Attempt = {
  ...{ attempt: 1, ageSeconds: 0, unknownPolicy: 'leave' },
  ...{ deferFirstSeconds: 900, deferGiveUpSeconds: 345_600 },
};
const refusal = (code: number, enhanced = '', stage: 'mail' | 'rcpt' | 'data' = 'rcpt') =>
  ({ kind: 'refused', stage, code, enhanced, reply: 'no' }) as const;

it('waits longer after each temporary refusal, at most four hours', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 40].map(
    (n) => judge(refusal(450), { ...attempt, attempt: n }).retryAfter,
  );
  expect(pauses).toEqual([900, 1800, 3600, 7200, 14_400, 14_400, 14_400]);
});

it('gives up when the run is old enough, and not before', () => {
  expect(judge(refusal(450), { ...attempt, ageSeconds: 345_599 }).state).toBe('deferred');
  expect(judge(refusal(450), { ...attempt, ageSeconds: 345_600 })).toMatchObject({
    state: 'failed',
    reason: 'expired',
  });
});

it.each(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'])(
  'writes to nobody again whose server said %s',
  (enhanced) => {
    expect(judge(refusal(550, enhanced), attempt)).toMatchObject({ state: 'failed', suppress: true });
  },
);

it.each(['', '5.1.0', '5.1.4', '5.1.7', '5.1.8', '5.2.2', '5.7.1', '5.6.7', '5.1.11'])(
  'fails at %s but suppresses nobody: it may speak of us, or of this message',
  (enhanced) => {
    expect(judge(refusal(550, enhanced), attempt)).toMatchObject({ state: 'failed', suppress: false });
  },
);

it('takes a refusal at MAIL for no word about the recipient', () => {
  expect(judge(refusal(550, '5.1.1', 'mail'), attempt)).toMatchObject({ state: 'deferred' });
  expect(judge(refusal(550, '5.1.1', 'mail'), attempt).suppress).toBeUndefined();
});

it('tries soon again what never left, and never later than a first deferral', () => {
  const sent = { kind: 'notSent', reply: 'gone' } as const;
  expect(judge(sent, attempt)).toMatchObject({ state: 'deferred', retryAfter: 60 });
  expect(judge(sent, { ...attempt, deferFirstSeconds: 5 }).retryAfter).toBe(5);
});

it('leaves the unknown alone unless the message says again', () => {
  const sent = { kind: 'unknown', reply: 'gone' } as const;
  expect(judge(sent, attempt)).toMatchObject({ state: 'unknown', reason: 'dropped' });
  expect(judge(sent, { ...attempt, unknownPolicy: 'again' })).toMatchObject({ state: 'deferred' });
});

it('asks for patience at 421 and 4.7.x, not at 5.7.x or a full mailbox', () => {
  expect([refusal(421), refusal(450, '4.7.1'), refusal(451, '4.7.28', 'data')].map(asksForPatience)).toEqual([
    ...[true, true, true],
  ]);
  expect([refusal(550, '5.7.1'), refusal(452, '4.2.2')].map(asksForPatience)).toEqual([false, false]);
});

it('calls nothing sent but what was accepted, whatever the server says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 599 }),
      fc.constantFrom('', '4.7.0', '5.1.1', '5.7.1', '2.0.0'),
      fc.constantFrom('mail' as const, 'rcpt' as const, 'data' as const),
      (code, enhanced, stage) => {
        expect(['deferred', 'failed']).toContain(judge(refusal(code, enhanced, stage), attempt).state);
      },
    ),
  );
});

it('waits out a lost connection to the database by any name, and no fault of ours', () => {
  const error = (code: string) => Object.assign(new Error(code), { code });
  for (const code of ['EPIPE', 'ECONNRESET', 'ECONNREFUSED', '57P01', '08006', '40P01', '53300'])
    expect(passes(error(code)), code).toBe(true);
  expect(passes(new Error('Connection terminated unexpectedly'))).toBe(true);
  for (const code of ['23505', '42601', '22P02', 'XX000']) expect(passes(error(code)), code).toBe(false);
  expect(passes(new TypeError('ours'))).toBe(false);
});
