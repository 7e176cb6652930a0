import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { measure } from '../../channels/measure.ts';
import { networks } from '../../channels/networks.ts';

const COMMAND = ['--import', 'tsx', 'scripts/wecare.ts', 'posts', 'measure'];

function run(args: string[], input: string): Promise<{ code: unknown; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...COMMAND, ...args], (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
    child.stdin?.end(input);
  });
}

describe('wecare posts measure', () => {
  it('tells of each line, whatever ends of line a text holds', async () => {
    const texts = ['മലയാളം', 'Hi http://test.co', '', 'a\u2028b', 'x'.repeat(281)];
    const { code, out, err } = await run(
      ['--channel', 'x', '--json'],
      `${texts.map((text) => `"${text}"`).join('\n')}\n`,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { length: 6, limit: 280, valid: true },
      { length: 26, limit: 280, valid: true },
      { length: 0, limit: 280, valid: false },
      { length: 4, limit: 280, valid: true },
      { length: 281, limit: 280, valid: false },
    ]);
  });

  it.each(['{"a":1}', 'bare', '', '12'])('names the line that is no JSON string: %s', async (bad) => {
    const { code, out, err } = await run(['--channel', 'x', '--json'], `"good"\n${bad}\n"good"\n`);
    expect(code).toBe(2);
    expect(err).toMatch(/^Line 2 is not a JSON string/);
    expect(out.trim().split('\n')).toHaveLength(1);
  });

  it('names the networks there are', async () => {
    const { code, err } = await run(['--channel', 'orkut', '--json'], '');
    expect({ code, names: err.includes('x') && err.includes('"orkut"') }).toEqual({ code: 2, names: true });
  });

  it.each(Object.values(networks))('works for $name', (network) => {
    expect(measure(network, 'ഓണാശംസകൾ').length).toBeGreaterThan(0);
    expect(measure(network, '').valid).toBe(false);
  });
});
