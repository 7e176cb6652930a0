import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readMessageOptions, readMessagePlan, readTiming } from '../../../scripts/lib/campaign-options.ts';
import { csvLine } from '../../../scripts/lib/campaign-words.ts';
import { USUAL_CANARY } from '../../../src/deliveries/canary.ts';

it('reads what a message says, with the files that hold its bodies', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'wecare-')), 'body.mjml');
  await writeFile(file, '<mjml/>');
  const options = { purpose: 'appeals', from: 'W <a@b.example>', list: ['donors'], fallback: 'ml, en' };
  const plan = await readMessagePlan('Greeting', { ...options, subjectMl: 'ഓണം', bodyMl: file });
  expect(plan).toEqual({
    ...{ name: 'Greeting', purpose: 'appeals', from: 'W <a@b.example>', lists: ['donors'] },
    fallback: ['ml', 'en'],
    contents: { ml: { subject: 'ഓണം', preheader: undefined, body: '<mjml/>' } },
  });
});

it('says what is missing or cannot be read', async () => {
  await expect(readMessagePlan('x', { subjectEn: 'Hello' })).rejects.toThrow(
    /in en needs a subject and a body/,
  );
  await expect(readMessageOptions({ bodyEn: '/nowhere/x.mjml' })).rejects.toThrow(
    /cannot be read \(ENOENT\)/,
  );
  await expect(readMessageOptions({ unknown: 'maybe' as 'again' })).rejects.toThrow(
    /--unknown is leave, again/,
  );
});

it('reads when a message is sent', () => {
  expect(
    readTiming({ at: '2026-11-22 09:00', zone: 'Europe/London', window: 'none', lateAfter: '60' }),
  ).toEqual({
    schedule: { kind: 'once', at: '2026-11-22 09:00', zone: 'Europe/London' },
    ...{ window: null, lateAfterSec: 60 },
  });
  expect(readTiming({ cron: '0 9 * * *', late: 'skip', window: '09:00-20:00' })).toEqual({
    schedule: { kind: 'cron', expression: '0 9 * * *' },
    ...{ window: '09:00-20:00', latePolicy: 'skip' },
  });
  expect(() => readTiming({ at: 'x', cron: 'y' })).toThrow(/not both/);
  expect(() => readTiming({ zone: 'UTC' })).toThrow(/needs a time/);
  expect(() => readTiming({ lateAfter: 'soon' })).toThrow(/number of seconds/);
});

it('reads who goes first', () => {
  expect(readTiming({ canary: '5%' })).toEqual({ canary: { percent: 5 } });
  expect(readTiming({ canary: '300', canaryWait: '600', canaryFrom: '1000' })).toEqual({
    canary: { count: 300, waitSeconds: 600, minAudience: 1000 },
  });
  expect(readTiming({ canary: 'none' })).toEqual({ canary: false });
  expect(readTiming({ canary: 'usual' })).toEqual({ canary: null });
  expect(readTiming({ canaryWait: '600' })).toEqual({ canary: { ...USUAL_CANARY, waitSeconds: 600 } });
  expect(() => readTiming({ canary: 'some' })).toThrow(/a share such as 5%/);
  expect(() => readTiming({ canaryWait: 'long' })).toThrow(/--canary-wait is a whole number/);
});

it('writes a report that a spreadsheet reads as text', () => {
  const row = { seq: 1, contactId: 'c', address: 'a@b.example', language: 'ml', state: 'failed', code: 550 };
  const more = { name: '=HYPERLINK("x")', reason: 'no, never\nagain', attempts: 2, at: new Date(0) };
  expect(csvLine({ ...row, ...more })).toBe(
    '1,c,"\'=HYPERLINK(""x"")",a@b.example,ml,failed,"no, never\nagain",550,2,1970-01-01T00:00:00.000Z\r\n',
  );
});
