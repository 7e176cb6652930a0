import { createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import type { OfflineNeeds } from '../offline/record.ts';
import { type Columns, roles, suffice } from './columns.ts';
import { matchNew } from './match.ts';
import { readStatement, type Statement, type StatementLine } from './statement.ts';

export type BankNeeds = OfflineNeeds;

/** Longest statement, in bytes. */
export const LONGEST = 5_000_000;

interface Upload {
  stream: Stream;
  fileName: string;
  content: Buffer;
}

/**
 * Keeps a statement until somebody has looked at what was read of it, for a day at most.
 *
 * @returns the draft's id
 * @throws Refusal when it is no CSV, or empty
 */
export async function beginImport(
  { sql, keys, clock }: BankNeeds,
  { stream, fileName, content }: Upload,
  actor: string,
): Promise<string> {
  if (!content.length) throw new Refusal(say`The file is empty.`);
  if (content.length > LONGEST) throw new Refusal(say`The statement is too long. Download it in parts.`, 413);
  const remembered = await rememberedColumns(sql, stream);
  const plain = readStatement(content);
  const columns = plain.columns ?? remembered ?? {};
  const id = uuid();
  await sql.query(
    `INSERT INTO bank_import (id, stream, file_name, content, columns, made_by, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ...[id, stream, fileName.slice(0, 200), keys.seal('finance-words', content.toString('base64'))],
      ...[JSON.stringify(columns), actor, clock.now()],
    ],
  );
  return id;
}

/** Drafts that nobody took go after a day. */
export const forgetDrafts = ({ sql, clock }: Pick<Ground, 'sql' | 'clock'>) =>
  sql.query(
    `DELETE FROM bank_import WHERE taken_at IS NULL AND made_at < $1::timestamptz - interval '1 day'`,
    [clock.now()],
  );

/** What would be written of a draft. */
export interface Preview extends Statement {
  id: string;
  stream: Stream;
  fileName: string;
  chosen: Columns;
  /** Hashes of its lines, in their order, and which of them are in the books of the bank already. */
  hashes: Buffer[];
  known: Set<string>;
}

/** Reads a draft again. @throws Refusal (404) when it is gone */
export async function previewImport(
  { sql, keys }: Pick<BankNeeds, 'keys'> & { sql: Queryable },
  id: string,
): Promise<Preview> {
  const { rows } = await sql.query(
    `SELECT id, stream, file_name AS "fileName", content, columns AS chosen FROM bank_import
      WHERE id::text = $1 AND taken_at IS NULL`,
    [id],
  );
  const { content, ...draft } = found(
    rows[0],
    say`This statement is no longer there. Choose the file again.`,
  );
  const bytes = Buffer.from(keys.open('finance-words', content), 'base64');
  const statement = readStatement(bytes, draft.chosen);
  const hashes = statement.lines.map((line) => hashOf(keys, line));
  const known = await sql.query<{ hash: Buffer }>(
    'SELECT hash FROM bank_line WHERE stream = $1 AND hash = ANY($2)',
    [draft.stream, hashes],
  );
  return {
    ...draft,
    ...statement,
    hashes,
    known: new Set(known.rows.map(({ hash }) => hash.toString('hex'))),
  };
}

/** Says which column is which; it is remembered for the next statement. @throws Refusal when something is missing */
export async function chooseColumns(
  { sql }: Pick<Ground, 'sql'>,
  id: string,
  columns: Columns,
): Promise<void> {
  const chosen: Columns = Object.fromEntries(
    roles.flatMap((role) => (columns[role] ? [[role, columns[role]]] : [])),
  );
  const heads = Object.values(chosen);
  if (!suffice(chosen))
    throw new Refusal(say`Choose the columns of date and description, and debit with credit, or the amount.`);
  if (new Set(heads).size < heads.length) throw new Refusal(say`Each column can be chosen once.`);
  await sql.query('UPDATE bank_import SET columns = $2 WHERE id::text = $1 AND taken_at IS NULL', [
    id,
    JSON.stringify(chosen),
  ]);
}

const KEY = 'bank-columns.';

async function rememberedColumns(sql: Queryable, stream: Stream): Promise<Columns | null> {
  const { rows } = await sql.query<{ value: Columns }>('SELECT value FROM setting WHERE key = $1', [
    KEY + stream,
  ]);
  return rows[0]?.value ?? null;
}

/** What came of taking a statement. */
export interface Taken {
  lines: number;
  /** Known from a statement before. */
  known: number;
  matched: number;
}

/**
 * Takes a draft: its lines are kept, each once however many statements tell it, and those that name a gift
 * or a payment that counts already are matched. Nothing is posted.
 *
 * @throws Refusal while something of it cannot be read, or the columns are not known
 */
export async function takeImport(ground: BankNeeds, id: string, actor: string): Promise<Taken> {
  return transaction(ground.sql, async (connection) => {
    await connection.query('SELECT FROM bank_import WHERE id::text = $1 FOR UPDATE', [id]);
    const preview = await previewImport({ sql: connection, keys: ground.keys }, id);
    const { columns, lines, problems, stream } = preview;
    if (!columns) throw new Refusal(say`Say first which column is which.`, 409);
    if (problems.length)
      throw new Refusal(
        say`${problems.length} rows cannot be read. Mend the file, or choose other columns.`,
        409,
      );
    if (!lines.length) throw new Refusal(say`There is no line in this statement.`, 409);
    const fresh = await keepLines(ground, connection, preview);
    const matched = await matchNew(ground, connection, fresh);
    await connection.query(
      'UPDATE bank_import SET content = NULL, taken_at = $2, lines = $3, columns = $4 WHERE id = $1',
      [preview.id, ground.clock.now(), fresh.length, JSON.stringify(columns)],
    );
    await connection.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      [KEY + stream, JSON.stringify(columns)],
    );
    const after = { lines: fresh.length, known: lines.length - fresh.length, matched };
    await audit(connection, {
      ...{ actor, action: 'statement.taken', subjectType: 'bank-import', subjectId: preview.id, after },
    });
    return after;
  });
}

async function keepLines(
  { keys }: BankNeeds,
  connection: Connection,
  { id, stream, lines, hashes }: Preview,
): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO bank_line (import_id, stream, hash, day, amount, balance, reference, words)
     SELECT $1, $2, h, d, a, b, r, w
       FROM unnest($3::bytea[], $4::date[], $5::bigint[], $6::bigint[], $7::text[], $8::bytea[]) AS l(h, d, a, b, r, w)
     ON CONFLICT (stream, hash) DO NOTHING RETURNING id::text`,
    [
      ...[id, stream, hashes, lines.map(({ day }) => day), lines.map(({ amount }) => String(amount))],
      ...[lines.map(({ balance }) => balance?.toString() ?? null), lines.map(({ reference }) => reference)],
      lines.map(({ words }) => keys.seal('finance-words', words)),
    ],
  );
  return rows.map((row) => row.id);
}

/** Tells equal lines without telling what they say; the balance, or which of equal ones it is, tells others apart. */
function hashOf(keys: Ground['keys'], { day, amount, balance, words, ordinal }: StatementLine): Buffer {
  const secret = keys.secrets('identity-index').at(-1) as string;
  const line = [day, amount, balance ?? '', words.toLowerCase(), ordinal].join('\n');
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(`bank-line\n${line}`).digest();
}
