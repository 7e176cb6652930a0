import { expect, it } from 'vitest';
import { orFullDisk } from '../../src/disk.ts';

it.each([
  ['a file', Object.assign(new Error('write'), { code: 'ENOSPC' })],
  ['a table', Object.assign(new Error('could not extend file'), { code: '53100' })],
  ['a wrapped one', new Error('query failed', { cause: new Error('No space left on device') })],
])('says that the disk is full instead of a nameless fault: %s', (_, error) => {
  expect(orFullDisk(error)).toMatchObject({
    ...{ name: 'Refusal', status: 507 },
    message: expect.stringContaining('The disk of the server is full, so this was not saved.'),
  });
});

it('leaves every other fault as it is', () => {
  const fault = new Error('x', { cause: new Error('y') });
  expect(orFullDisk(fault)).toBe(fault);
});
