import { expect, it } from 'vitest';
import { blankCell, type Cell } from '../../../../src/http/console/messages/cells.ts';
import { operate } from '../../../../src/http/console/messages/operations.ts';
import type { Writing } from '../../../../src/http/console/messages/writing.ts';

const text = (words: string): Cell => ({ ...blankCell('text'), values: { text: words } });
const columns = (words: string): Cell => ({
  ...blankCell('columns'),
  halves: [[text(words)], [text('right')]],
});
const writing = {
  ...{ sides: [], at: '', removed: null },
  rows: [
    { key: 'k1', cells: { en: text('One'), ml: text('ഒന്ന്') } },
    { key: 'k2', cells: { en: columns('left'), ml: columns('ഇടത്') } },
  ],
} as unknown as Writing;

it.each(['remove:k1', 'drop:k1:ml', 'out:k2:0:0'])('takes %s back by one button', (operation) => {
  const after = operate(writing, operation);
  expect(after.rows).not.toEqual(writing.rows);
  const again = operate(after, 'undo');
  expect(again.rows).toEqual(writing.rows);
  expect(again.removed).toBeNull();
});

it('keeps what was typed after a block left one language', () => {
  const after = operate(writing, 'drop:k1:ml');
  const typed = {
    ...after,
    rows: after.rows.map((row) => (row.key === 'k1' ? { ...row, cells: { en: text('Two') } } : row)),
  };
  expect(operate(typed, 'undo').rows[0]?.cells).toEqual({ en: text('Two'), ml: text('ഒന്ന്') });
});
