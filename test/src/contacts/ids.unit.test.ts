import { expect, it } from 'vitest';
import { newId } from '../../../src/contacts/ids.ts';

it('makes ids that sort in the order in which they were made, none twice', () => {
  const ids = Array.from({ length: 50_000 }, newId);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
