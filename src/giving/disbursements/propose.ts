import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { blindIndex } from '../../access/blind-index.ts';
import { type Connection, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { indianDay } from '../calendar.ts';
import { checkAmount } from '../offline/rules.ts';
import { checkFree, checkPurpose, freeOf, LIMIT, nearTo } from './rules.ts';

export type PayNeeds = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/** A payment out of a fund, as finance proposes it. */
export interface DisbursementWish {
  formKey: string;
  fund: string;
  /** Paise. */
  amount: bigint;
  payee: { kind: 'person' | 'organisation'; name: string; account: string; ifsc: string };
  purpose: string;
  /** What for, in a line. */
  about: string;
  /** Number of the paper that it stands on. */
  document: string;
}

/**
 * Proposes a payment, which waits for two signatures.
 *
 * @returns its id
 * @throws Refusal for what the fund does not pay, has not, or may not pass on; nothing is written then
 */
export async function propose(ground: PayNeeds, wish: DisbursementWish, actor: string): Promise<string> {
  checkPurpose(wish.purpose);
  checkAmount(wish.amount);
  const payee = readPayee(wish.payee);
  const [about, document] = [line(wish.about), line(wish.document)];
  if (about.length < 4) throw new Refusal(say`Say in a line what the payment is for.`);
  if (document.length < 2) throw new Refusal(say`Write the number of the document that it stands on.`);
  const index = blindIndex(ground.keys, `${payee.ifsc}${payee.account}`);
  return transaction(ground.sql, async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `disbursement:${wish.formKey}`,
    ]);
    const known = await connection.query<{ id: string }>('SELECT id FROM disbursement WHERE form_key = $1', [
      wish.formKey,
    ]);
    if (known.rows[0]) return known.rows[0].id;
    const stream = await holdFund(connection, wish.fund);
    if (stream === 'fcra' && payee.kind === 'organisation')
      throw new Refusal(
        say`Foreign contribution may not be passed on to another body (section 7 of the FCRA). Pay the person, or use a domestic fund.`,
      );
    checkFree(await freeOf(connection, wish.fund), wish.amount);
    const level = await levelOf(connection, {
      index,
      amount: wish.amount,
      day: indianDay(ground.clock.now()),
    });
    const clean = { ...wish, payee, about, document };
    return write(ground, connection, { wish: clean, stream, index, ...level, actor });
  });
}

/** Whoever takes money out of a fund, or asks what it has, takes turns. */
export async function holdFund(connection: Connection, fund: string): Promise<Stream> {
  await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`fund:${fund}`]);
  const { rows } = await connection.query<{ stream: Stream }>(
    `SELECT stream FROM ledger_account WHERE code = $1 AND kind = 'fund'`,
    [fund],
  );
  return found(rows[0], say`There is no such fund for this money. Choose one of the list.`).stream;
}

/** Whether it needs the higher signatures: by itself, or with others to the payee that would pass the limit. */
async function levelOf(
  connection: Connection,
  { index, amount, day }: { index: Buffer; amount: bigint; day: string },
): Promise<{ split: boolean; higher: boolean }> {
  await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `payee:${index.toString('hex')}`,
  ]);
  const others = await nearTo(connection, { index, day });
  const split = amount <= LIMIT && others > 0n && others + amount > LIMIT;
  return { split, higher: split || amount > LIMIT };
}

interface Writing {
  wish: DisbursementWish;
  stream: Stream;
  index: Buffer;
  split: boolean;
  higher: boolean;
  actor: string;
}

async function write(
  { keys, clock }: PayNeeds,
  connection: Connection,
  { wish, stream, index, split, higher, actor }: Writing,
): Promise<string> {
  const { fund, amount, payee, purpose, about, document, formKey } = wish;
  const id = uuid();
  const { kind, ...rest } = payee;
  await connection.query(
    `INSERT INTO disbursement (id, stream, fund, amount, payee_kind, payee, payee_index, purpose, about, document,
       split, higher, day, state, form_key, entered_by, entered_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', $14, $15, $16)`,
    [
      ...[id, stream, fund, amount, kind, keys.seal('finance-words', JSON.stringify(rest)), index, purpose],
      ...[about, document, split, higher, indianDay(clock.now()), formKey, actor, clock.now()],
    ],
  );
  await audit(connection, {
    ...{ actor, action: 'disbursement.proposed', subjectType: 'disbursement', subjectId: id },
    after: { fund, amount: String(amount), purpose, document, split, higher },
  });
  return id;
}

function readPayee({ kind, ...typed }: DisbursementWish['payee']): DisbursementWish['payee'] {
  const payee = { kind, name: line(typed.name), account: bare(typed.account), ifsc: bare(typed.ifsc) };
  if (!/\p{L}/u.test(payee.name)) throw new Refusal(say`Write the name of the payee, as the bank has it.`);
  if (!/^\d{9,18}$/.test(payee.account)) throw new Refusal(say`A bank account’s number has 9 to 18 figures.`);
  // Four letters, a nought, six letters or figures (Reserve Bank of India).
  if (!/^[A-Z]{4}0[A-Z0-9]{6}$/.test(payee.ifsc))
    throw new Refusal(
      say`An IFSC has four letters, a nought and six letters or figures, such as ABCD0123456.`,
    );
  return payee;
}

const line = (text: string) =>
  text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200);
const bare = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/[\s-]+/g, '')
    .toUpperCase();
