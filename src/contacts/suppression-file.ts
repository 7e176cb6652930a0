import { audit } from '../access/audit.ts';
import { type Connection, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type Sentence, say } from '../say.ts';
import { EMAIL_CHANNEL, normaliseEmail, normalisePhone, PHONE_CHANNEL } from './addresses.ts';
import { slug } from './csv/columns.ts';
import { openCsv } from './csv/file.ts';
import { csvCell } from './csv/rejects.ts';
import type { RowFile } from './row-file.ts';
import { listSuppressions, type Suppressing, suppressAll } from './suppression.ts';

const COLUMNS = ['channel', 'address', 'hash', 'reason', 'source', 'at', 'expires_at'];

/**
 * All suppressions as lines of CSV, page by page. An address whose owner was erased stands by its hash
 * alone, which an import takes as well.
 */
export async function* exportSuppressions({ sql }: Pick<Ground, 'sql'>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for (let page = await listSuppressions(sql); page.length; ) {
    yield page.map(toLine).join('');
    page = await listSuppressions(sql, { after: page.at(-1) });
  }
}

type Listed = Awaited<ReturnType<typeof listSuppressions>>[number];

function toLine(row: Listed): string {
  const times = [row.at.toISOString(), row.expiresAt?.toISOString() ?? ''];
  const cells = [row.channel, row.value ?? '', row.hash, row.reason, row.source, ...times];
  return `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`;
}

export interface SuppressionImport {
  file: string;
  /** For rows that state none. */
  reason: string;
  actor: string;
}

/**
 * Suppresses every address of a CSV file with a column `address` (or `email`, `phone`, `hash`) and, if it
 * likes, `channel`, `reason` and `expires_at`. One transaction: all of it or nothing.
 * @throws Refusal naming the line of the first row that will not do
 */
export async function importSuppressions(
  { sql }: Pick<Ground, 'sql'>,
  request: SuppressionImport,
): Promise<{ rows: number; added: number; present: number }> {
  const csv = await openCsv(request.file);
  try {
    return await transaction(sql, async (connection) => {
      const figures = await suppressRows(connection, csv, request);
      await audit(connection, {
        ...{ actor: request.actor, action: 'suppressions.imported', subjectType: 'suppression' },
        ...{ subjectId: csv.hash, after: figures },
      });
      return figures;
    });
  } finally {
    await csv.close();
  }
}

async function suppressRows(sql: Connection, csv: RowFile, request: SuppressionImport) {
  const heads = csv.heads.map(slug);
  if (!heads.some((head) => ['address', 'email', 'e_mail', 'phone', 'hash'].includes(head))) {
    throw new Refusal(
      say`${csv.name} has no column "address". Its first line must name the columns, one of them "address", "email" or "phone".`,
    );
  }
  const figures = { rows: 0, added: 0, present: 0 };
  for await (const { records, lines } of csv.read()) {
    const all = records.flatMap((cells, i) => {
      if (cells.every((cell) => cell.trim() === '')) return [];
      const row = Object.fromEntries(heads.map((head, column) => [head, (cells[column] ?? '').trim()]));
      return [readSuppression(row, request, say`${csv.name}, line ${lines[i] ?? 0}`)];
    });
    const added = await suppressAll(sql, all);
    figures.rows += all.length;
    figures.added += added;
    figures.present += all.length - added;
  }
  return figures;
}

type Cells = Record<string, string>;

function readSuppression(row: Cells, request: SuppressionImport, where: Sentence): Suppressing {
  const { channel, value, hash } = readTarget(row, where);
  const expiresAt = row.expires_at ? new Date(row.expires_at) : null;
  if (expiresAt && Number.isNaN(expiresAt.getTime())) {
    throw new Refusal(say`${where}: expires_at is not a date such as 2027-03-31. Nothing was imported.`);
  }
  const reason = row.reason || request.reason;
  return { channel, value, hash, reason, source: row.source || 'import', expiresAt };
}

function readTarget(row: Cells, where: Sentence): Pick<Suppressing, 'channel' | 'value' | 'hash'> {
  const text = row.address || row.email || row.e_mail || row.phone || '';
  if (!text && /^[0-9a-f-]{36}$/.test(row.hash ?? '')) {
    return { channel: row.channel || EMAIL_CHANNEL, value: null, hash: row.hash as string };
  }
  const isMail = row.channel ? row.channel === EMAIL_CHANNEL : text.includes('@');
  const read = isMail ? normaliseEmail(text) : normalisePhone(text);
  if (!read.ok) throw new Refusal(say`${where}: ${read.reason}. Nothing was imported.`);
  return { channel: row.channel || (isMail ? EMAIL_CHANNEL : PHONE_CHANNEL), value: read.value, hash: null };
}
