import type { Column } from './csv/columns.ts';
import { type Rejected, type Row, readBlock } from './csv/rows.ts';
import type { RowFile } from './row-file.ts';

/** What an import would do, as far as the file alone tells. */
export interface Preview {
  rows: number;
  rejected: number;
  /** The first rows that would be taken, as they were understood. */
  first: Row[];
  /** The first rows that would not, with the reason. */
  problems: Pick<Rejected, 'line' | 'reason' | 'faults'>[];
}

const FIRST = 5;
const PROBLEMS = 20;

/** Reads a whole file as an import would, and writes nothing. */
export async function previewRows(rows: RowFile, columns: Column[]): Promise<Preview> {
  const preview: Preview = { rows: 0, rejected: 0, first: [], problems: [] };
  for await (const block of rows.read()) {
    for (const row of readBlock(block, columns)) {
      preview.rows++;
      if (!('reason' in row)) {
        if (preview.first.length < FIRST) preview.first.push(row);
      } else if (++preview.rejected <= PROBLEMS) {
        preview.problems.push({
          line: row.line,
          reason: row.reason,
          ...(row.faults && { faults: row.faults }),
        });
      }
    }
  }
  return preview;
}
