import { afterEach, describe, expect, it, vi } from 'vitest';
import { exitCodeOf } from '../../../scripts/lib/cli.ts';
import { Refusal } from '../../../src/errors.ts';

describe('the end of a command', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  afterEach(() => said.mockClear());
  const words = () => said.mock.calls.map(([text]) => String(text)).join('');

  it('says a full disk in a sentence, whoever met it', () => {
    const write = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const table = Object.assign(new Error('could not extend file "base/1/2": No space left on device'), {
      code: '53100',
    });
    expect(exitCodeOf(write)).toBe(2);
    expect(exitCodeOf(new Error('the import ended', { cause: table }))).toBe(2);
    expect(words()).toMatch(
      /full where the data folder \(DATA_DIR\) lies[\s\S]*full where the database lies/,
    );
    expect(words()).not.toContain('    at ');
  });

  it('gives 2 with the sentence of a refusal, and 1 with the stack of a fault of ours', () => {
    expect(exitCodeOf(new Refusal('Not so.'))).toBe(2);
    expect(words()).toBe('Not so.\n');
    expect(exitCodeOf(new TypeError('x is undefined'))).toBe(1);
    expect(words()).toContain('    at ');
  });
});
