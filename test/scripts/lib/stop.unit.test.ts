import { expect, it } from 'vitest';
import { closeAll } from '../../../scripts/lib/stop.ts';

it('closes all in turn, the last first, also when one of them cannot be', async () => {
  const closed: string[] = [];
  const closers = [
    async () => closed.push('database'),
    async () => Promise.reject(new Error('the disk is full')),
    async () => closed.push('worker'),
  ];
  await expect(closeAll(closers)).rejects.toThrow('the disk is full');
  expect(closed).toEqual(['worker', 'database']);
  expect(closers).toEqual([]);
});
