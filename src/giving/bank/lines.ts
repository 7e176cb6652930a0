import { audit } from '../../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { indianDay } from '../calendar.ts';
import { accounts, type JournalKind, post } from '../journal.ts';
import { holdGift } from '../offline/count.ts';
import { bounce, realise } from '../offline/reversal.ts';
import type { BankNeeds } from './imports.ts';
import { type Match, matchesOf, noteMatch, type OpenLine, openLines } from './match.ts';

/** A line as the console lists it. */
export interface BankLine extends OpenLine {
  balance: bigint | null;
  matched: { kind: string; id: string | null; by: string; note: string | null } | null;
}

export interface LinesWanted {
  stream: Stream;
  open: boolean;
  after?: string;
  limit: number;
}

/** Lines of a stream's account, the newest first. */
export async function listLines(
  { sql, keys }: { sql: Queryable; keys: Ground['keys'] },
  { stream, open, after, limit }: LinesWanted,
): Promise<BankLine[]> {
  const { rows } = await sql.query(
    `SELECT id::text, stream, day::text AS day, amount, balance, reference, words, note, matched_kind AS kind,
            matched_id AS match, matched_by AS by
       FROM bank_line WHERE stream = $1 AND ($2 = (matched_kind IS NULL)) AND ($3::bigint IS NULL OR id < $3::bigint)
      ORDER BY id DESC LIMIT $4`,
    [stream, open, after ?? null, limit],
  );
  return rows.map(({ words, note, kind, match, by, ...row }) => ({
    ...{ ...row, amount: BigInt(row.amount), balance: row.balance === null ? null : BigInt(row.balance) },
    words: keys.open('finance-words', words),
    matched: kind && { kind, id: match, by, note: note && keys.open('finance-words', note) },
  }));
}

/** A line that is open, with what it may be. @throws Refusal (404) when it is explained, or not there */
export async function readLine(
  ground: { sql: Queryable; keys: Ground['keys'] },
  id: string,
): Promise<OpenLine & { matches: Match[] }> {
  const [line] = /^\d{1,18}$/.test(id) ? await openLines(ground, [id]) : [];
  const open = found(line, say`This line is explained already, or not there.`);
  return { ...open, matches: await matchesOf(ground.sql, open) };
}

interface Deed {
  line: string;
  actor: string;
}

/** In a transaction that holds the line. */
async function onLine(
  ground: BankNeeds,
  { line, actor }: Deed,
  work: (
    connection: Connection,
    open: OpenLine,
  ) => Promise<{ kind: string; id: string | null; note?: string }>,
): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    const open = await holdLine(ground, connection, line);
    const { kind, id, note } = await work(connection, open);
    const sealed = note ? ground.keys.seal('finance-words', note) : null;
    await noteMatch(connection, line, { kind, id, by: actor, at: ground.clock.now(), note: sealed });
    const about = { subjectType: 'bank-line', subjectId: line, after: { kind, id } };
    await audit(connection, { actor, action: 'bank-line.explained', ...about });
  });
}

async function holdLine(
  { keys }: Pick<Ground, 'keys'>,
  connection: Connection,
  id: string,
): Promise<OpenLine> {
  if (/^\d{1,18}$/.test(id)) await connection.query('SELECT FROM bank_line WHERE id = $1 FOR UPDATE', [id]);
  const [line] = /^\d{1,18}$/.test(id) ? await openLines({ sql: connection, keys }, [id]) : [];
  return found(line, say`This line is explained already, or not there.`);
}

/** Says that a line is one of those it may be; a cheque that waited counts from that day, or bounced on it. */
export const confirmMatch = (
  ground: BankNeeds,
  { kind, id, ...deed }: Deed & { kind: string; id: string },
): Promise<void> =>
  onLine(ground, deed, async (connection, line) => {
    const one = (await matchesOf(connection, line)).find((match) => match.kind === kind && match.id === id);
    if (!one) throw new Refusal(say`This line is not that any more. Look at the page again.`, 409);
    if (one.posted) return { kind, id };
    const cheque = { gift: await holdGift(connection, id), day: line.day };
    if (kind === 'bounce') await bounce(ground, connection, { ...cheque, actor: deed.actor });
    else await realise(ground, connection, cheque);
    return { kind, id };
  });

/** What a line is that nobody gave and the fund did not pay. */
export const otherKinds = ['other', 'deposit', 'charge'] as const;
export type OtherKind = (typeof otherKinds)[number];
const isOther = (kind: string): kind is OtherKind => otherKinds.some((one) => one === kind);
const JOURNALS: Record<OtherKind, JournalKind> = { other: 'other', deposit: 'deposit', charge: 'fee' };

/** Matches that posted nothing of their own. */
const RELEASED = ['gift', 'disbursement', 'bounce', 'settlement'];

/**
 * Takes back what a line was said to be, so that it is explained again. What was posted only because of it is
 * taken out of the books by a journal of today that says the opposite; of what else stands there nothing changes.
 *
 * @throws Refusal (404) when there is no such line, (409) when it is not explained
 */
export async function releaseLine(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { line, actor }: { line: string; actor: string },
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ kind: string | null; id: string | null }>(
      'SELECT matched_kind AS kind, matched_id AS id FROM bank_line WHERE id::text = $1 FOR UPDATE',
      [line],
    );
    const before = found(rows[0], say`There is no such line.`);
    if (!before.kind || !isReleasable(before.kind))
      throw new Refusal(say`This line is to be explained already.`, 409);
    if (isOther(before.kind)) await takeOut(connection, { line, kind: before.kind, at: clock.now() });
    await connection.query(
      `UPDATE bank_line SET matched_kind = NULL, matched_id = NULL, matched_by = NULL, matched_at = NULL, note = NULL
        WHERE id::text = $1`,
      [line],
    );
    await connection.query('UPDATE settlement SET bank_line = NULL WHERE bank_line = $1', [line]);
    const about = { subjectType: 'bank-line', subjectId: line, before };
    await audit(connection, { actor, action: 'bank-line.released', ...about });
  });
}

/** Posts the opposite of what a line was posted as last. */
async function takeOut(
  connection: Connection,
  { line, kind, at }: { line: string; kind: OtherKind; at: Date },
): Promise<void> {
  const { rows } = await connection.query<{ subject: string; account: string; amount: string }>(
    `SELECT j.subject, p.account, p.amount FROM journal j JOIN posting p ON p.journal = j.id
      WHERE j.id = (SELECT max(id) FROM journal WHERE kind = $2 AND subject = ANY($1)) ORDER BY p.line`,
    [subjectsOf(line), JOURNALS[kind]],
  );
  const [first] = rows;
  if (!first) throw new Error(`bank line ${line} was posted as ${kind}, and no journal says so`);
  await post(connection, {
    ...{ kind: 'reversal', subject: first.subject, day: indianDay(at), at },
    lines: rows.map(({ account, amount }) => [account, -BigInt(amount)]),
  });
}

/** So often a line can be posted, taken out and posted again. */
const TIMES = 20;

/** A journal tells of a subject once: a line that was taken out is posted under its next name. */
const subjectsOf = (line: string): string[] =>
  Array.from({ length: TIMES }, (_, n) => (n ? `bank-line:${line}.${n + 1}` : `bank-line:${line}`));

async function nextSubject(connection: Connection, line: string): Promise<string> {
  const subjects = subjectsOf(line);
  const { rows } = await connection.query<{ times: number }>(
    "SELECT count(*)::int AS times FROM journal WHERE kind = 'reversal' AND subject = ANY($1)",
    [subjects],
  );
  const next = subjects[rows[0]?.times ?? 0];
  if (!next)
    throw new Refusal(say`This line was posted and taken out ${TIMES} times. Leave it as it is.`, 409);
  return next;
}

/** Whether a line may be opened again. */
export const isReleasable = (kind: string): boolean => RELEASED.includes(kind) || isOther(kind);

/**
 * Says that a line is no gift: other income such as interest, cash of ours that was paid in, or a charge of
 * the bank, which the Mission owes. It is posted.
 *
 * @throws Refusal without a note, or when the money went the other way
 */
export const explainLine = (
  ground: BankNeeds,
  { as, note, ...deed }: Deed & { as: OtherKind; note: string },
): Promise<void> =>
  onLine(ground, deed, async (connection, line) => {
    const why = note.trim().slice(0, 300);
    if (why.length < 4) throw new Refusal(say`Write a note that says what it is.`);
    if (as === 'charge' ? line.amount > 0n : line.amount < 0n)
      throw new Refusal(say`The money of this line went the other way.`);
    const { stream, amount, day } = line;
    if (as === 'deposit' && stream === 'fcra') throw new Refusal(say`No cash is paid into the FCRA account.`);
    const other = { other: accounts.other(stream), deposit: accounts.cash, charge: accounts.fee(stream) }[as];
    await post(connection, {
      ...{ kind: JOURNALS[as], subject: await nextSubject(connection, line.id), day, at: ground.clock.now() },
      lines: [
        [accounts.bank(stream), amount],
        [other, -amount],
      ],
    });
    return { kind: as, id: null, note: why };
  });

/**
 * Notes in the transaction that enters a gift that a line is it.
 *
 * @throws Refusal when the line is explained, or is of another account or amount
 */
export async function matchEntered(
  ground: Pick<Ground, 'keys' | 'clock'>,
  connection: Connection,
  {
    line: id,
    gift,
    actor,
  }: { line: string; gift: { id: string; stream: Stream; amount: bigint }; actor: string },
): Promise<void> {
  const line = await holdLine(ground, connection, id);
  if (line.amount !== gift.amount || line.stream !== gift.stream)
    throw new Refusal(say`The gift has another amount or account than the line of the bank.`, 409);
  await noteMatch(connection, id, { kind: 'gift', id: gift.id, by: actor, at: ground.clock.now() });
}
