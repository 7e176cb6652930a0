import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { pack, writeChecksums } from '../../../scripts/release/archive.ts';

const FILES = { 'b.txt': 'two', 'a/deep.txt': 'one', 'c.sh': '#!/bin/sh\n' };

/** The same content, written in another order and at another time. */
function folderOf(names: (keyof typeof FILES)[], seconds: number): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'wecare-release-')), 'thing-1.0');
  for (const name of names) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, FILES[name], { mode: seconds % 2 ? 0o600 : 0o664 });
    utimesSync(file, seconds, seconds);
  }
  return folder;
}

it('is the same archive for the same content, and its checksums hold', async () => {
  const one = folderOf(['a/deep.txt', 'b.txt', 'c.sh'], 1_700_000_001);
  const two = folderOf(['c.sh', 'b.txt', 'a/deep.txt'], 1_600_000_000);
  for (const folder of [one, two]) expect(await writeChecksums(folder)).toBe(3);
  const archives = [await pack(one, 1_800_000_000), await pack(two, 1_800_000_000)];
  expect(readFileSync(archives[0] as string)).toEqual(readFileSync(archives[1] as string));
  expect(holds(path.dirname(one), 'thing-1.0.tar.gz.sha256')).toEqual([true]);
  expect(holds(one, 'SHA256SUMS')).toEqual([true, true, true]);
});

/** As `sha256sum --check` does. */
function holds(folder: string, sums: string): boolean[] {
  const lines = readFileSync(path.join(folder, sums), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [hash, name = ''] = line.split('  ');
    return (
      createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex') === hash
    );
  });
}
