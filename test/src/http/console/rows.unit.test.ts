import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blankCell, KINDS, type Kind } from '../../../../src/http/console/messages/cells.ts';
import { alignRows } from '../../../../src/http/console/messages/rows.ts';

const column = (language: string, kinds: Kind[]) => ({
  language,
  cells: kinds.map((kind) => blankCell(kind)),
});
const shape = (en: Kind[], ml: Kind[]) =>
  alignRows([column('en', en), column('ml', ml)]).map(({ cells }) =>
    [cells.en?.kind ?? '–', cells.ml?.kind ?? '–'].join(' '),
  );

it('puts blocks of the same kind beside each other, and leaves gaps where one language has none', () => {
  expect(shape(['heading', 'text', 'button'], ['heading', 'text', 'button'])).toEqual([
    ...['heading heading', 'text text', 'button button'],
  ]);
  expect(shape(['heading', 'quote', 'text'], ['heading', 'text', 'divider'])).toEqual([
    ...['heading heading', 'quote –', 'text text', '– divider'],
  ]);
});

it('loses no block and keeps the order of each language', () => {
  const kinds = fc.array(fc.constantFrom(...KINDS), { maxLength: 12 });
  fc.assert(
    fc.property(kinds, kinds, (en, ml) => {
      const rows = alignRows([column('en', en), column('ml', ml)]);
      const of = (language: string) => rows.flatMap(({ cells }) => cells[language]?.kind ?? []);
      expect([of('en'), of('ml')]).toEqual([en, ml]);
      for (const { cells } of rows)
        expect(new Set(Object.values(cells).map(({ kind }) => kind)).size).toBe(1);
    }),
  );
});
