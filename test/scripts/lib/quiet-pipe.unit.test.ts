import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../scripts/wecare.ts', import.meta.url));

it('ends well when nobody reads its answer any more', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, '--help']);
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (part) => {
    said += part;
  });
  const [code] = await once(child, 'close');
  expect({ code, said }).toEqual({ code: 0, said: '' });
}, 60_000);
