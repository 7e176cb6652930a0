import type { Layout } from './legacy-glyphs.ts';
import { convertLegacyMalayalam, legacyColumns } from './legacy-malayalam.ts';
import type { RowBlock, RowFile } from './row-file.ts';

/**
 * Looks whether the first thousand rows hold Malayalam in a font of ISM, and warns of it with an example.
 * @param convert whether to turn it into Unicode, which is done only when somebody asked for it
 * @returns the file, reading converted records where that was asked
 */
export async function withLegacyMalayalam(rows: RowFile, convert = false): Promise<RowFile> {
  const records = await firstRecords(rows);
  const found = legacyColumns(records, convert);
  if (!found.length) return convert ? { ...rows, warnings: [...rows.warnings, NOTHING_FOUND] } : rows;
  const warnings = found.map(({ column, example, layout }) => {
    const shown = `"${example.slice(0, 40)}" (${convertLegacyMalayalam(example.slice(0, 40), layout)})`;
    const where = `The column "${rows.heads[column] ?? column + 1}" holds Malayalam of an old font (${layout.fonts})`;
    return convert
      ? `${where}; it was converted to Unicode, such as ${shown}. Look at a few names.`
      : `${where}, such as ${shown}, which nobody can read in a mail. Import it again and have it converted (--convert-legacy).`;
  });
  const read = convert
    ? () => convertRows(rows, new Map(found.map(({ column, layout }) => [column, layout])))
    : rows.read;
  return { ...rows, warnings: [...rows.warnings, ...warnings], read };
}

const NOTHING_FOUND =
  'No column looks like Malayalam of a font of ISM (ML-TT, ML, MLB and their like), so nothing was converted. Text of other fonts must be converted before. Look at a few names.';

async function firstRecords(rows: RowFile): Promise<string[][]> {
  for await (const { records } of rows.read()) if (records.length) return records;
  return [];
}

async function* convertRows(rows: RowFile, columns: Map<number, Layout>): AsyncGenerator<RowBlock> {
  for await (const block of rows.read()) {
    const records = block.records.map((cells) =>
      cells.map((cell, i) => (columns.has(i) ? convertLegacyMalayalam(cell, columns.get(i)) : cell)),
    );
    yield { ...block, records };
  }
}
