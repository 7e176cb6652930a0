import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../src/log.ts';
import { openLogFiles } from '../../src/log-files.ts';

const folder = () => mkdtempSync(path.join(tmpdir(), 'wecare-log-'));

describe('the log', () => {
  const lines: string[] = [];
  const log = openLog(
    { level: 'trace', service: 'test', keepDays: 1 },
    { write: (line) => void lines.push(line) },
  );
  const logged = (write: () => void) => {
    lines.length = 0;
    write();
    return lines.join('');
  };

  it('keeps out addresses and phone numbers, wherever they stand', () => {
    const text = logged(() => {
      log.info({
        trouble: '550 5.1.1 <asha@family.example> unknown',
        deep: { er: { x: 'to:ശ്രീ@വീട്.example' } },
      });
      log.warn('sent to ravi.menon+gift@donors.example');
      log.error({ err: new Error('no answer for +91 98470 12345 nor 9847012345') }, 'failed');
      log.info({ email: 'a', nested: { phone: 'b', name: 'c' } });
    });
    expect(text).not.toMatch(/asha|വീട്|ravi|98470|"[abc]"/);
    expect(text.match(/\[address\]/g)).toHaveLength(3);
    for (const line of text.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('keeps out the row that an error of the database quotes', () => {
    const error = Object.assign(new Error('invalid input syntax for type integer: "Asha Menon"'), {
      detail: 'Failing row contains (1, Asha Menon, Kollam).',
      where: 'unnamed portal parameter $1 = "Asha Menon"',
      code: '22P02',
      table: 'contact',
    });
    const text = logged(() => log.error({ err: new Error('import failed', { cause: error }) }, 'failed'));
    expect(text).not.toContain('Asha');
    expect(text).toContain('"code":"22P02"');
    expect(text).toContain('"table":"contact"');
  });

  it('still says where in the code something failed', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at q (/app/node_modules/@prisma/client/runtime/client.js:1:2)';
    expect(logged(() => log.error({ err: error }))).toContain('@prisma/client/runtime/client.js:1:2');
  });
});

describe('log files', () => {
  it('begin anew each day and are removed after the days they are kept', () => {
    const dir = folder();
    for (const old of ['web-2026-05-25.log', 'web-2026-05-26.log', 'worker-2025-01-01.log', 'notes.txt'])
      writeFileSync(path.join(dir, old), 'old');
    let now = Date.parse('2026-11-22T23:59:59Z');
    const files = openLogFiles({ dir, keepDays: 180, service: 'web', now: () => now });
    files.write('one\n');
    now += 2000;
    files.write('two\n');
    expect(readdirSync(dir).sort()).toEqual(['notes.txt', 'web-2026-11-22.log', 'web-2026-11-23.log']);
    expect(readFileSync(path.join(dir, 'web-2026-11-22.log'), 'utf8')).toBe('one\n');
    expect(readFileSync(path.join(dir, 'web-2026-11-23.log'), 'utf8')).toBe('two\n');
  });

  it('take the lines of a service beside its standard error, and none of a command', () => {
    const dir = folder();
    const lines: string[] = [];
    const to = { write: (line: string) => void lines.push(line) };
    openLog({ level: 'info', service: 'web', dir, keepDays: 180 }, to).info('hello');
    openLog({ level: 'info', service: 'cli', dir, keepDays: 180 }, to).info('from a command');
    const [name = ''] = readdirSync(dir);
    expect(readdirSync(dir)).toHaveLength(1);
    expect(readFileSync(path.join(dir, name), 'utf8')).toBe(lines[0]);
    expect(lines).toHaveLength(2);
  });

  it('say which folder cannot be used', () => {
    const dir = path.join(folder(), 'file');
    writeFileSync(dir, '');
    expect(() => openLogFiles({ dir, keepDays: 1, service: 'web' })).toThrow(/LOG_DIR/);
  });
});
