import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Entry {
  version?: string;
  optionalDependencies?: Record<string, string>;
}

it('locks the optional packages of every system, or npm 11 refuses the file (node scripts/lock.mjs adds them)', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, Entry>;
  };
  const places = Object.keys(packages);
  const wanted = Object.values(packages).flatMap((entry) => Object.entries(entry.optionalDependencies ?? {}));
  const exact = wanted.filter(([, version]) => /^\d/.test(version)).map(([name]) => name);
  expect(exact.filter((name) => !places.some((at) => at.endsWith(`node_modules/${name}`)))).toEqual([]);
});
