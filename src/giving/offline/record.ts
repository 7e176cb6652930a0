import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Stream } from '../accounts.ts';
import { matchEntered } from '../bank/lines.ts';
import { type DonorWords, keepDonor } from '../donors.ts';
import { requireFund } from '../funds.ts';
import { accounts } from '../journal.ts';
import type { IssueGround } from '../receipts.ts';
import { countGift } from './count.ts';
import { keepSale } from './coupon-sale.ts';
import { type Details, type OfflineKind, readDetails, referenceOf } from './kinds.ts';
import { checkAmount, checkCash, checkPast, streamFor } from './rules.ts';

export type OfflineNeeds = IssueGround & Pick<Ground, 'sql'>;

/** A gift as finance has it on the table. */
export interface OfflineWish {
  /** Of the form: sent twice it is one gift. */
  formKey: string;
  kind: OfflineKind;
  /** Paise; of coupons what their serials are worth, whatever is said here. */
  amount: bigint;
  /** Ledger account; the general fund where none is said. */
  fund: string | null;
  /** Of India's calendar: when it was handed over, or reached the bank. */
  day: string;
  /** `source.answer` is the answer to the question of the donor's kind. */
  donor: DonorWords;
  details: Details;
  mailsReceipt: boolean;
  /** An earlier gift of the same donor, whose number of a paper is taken over where none was typed. */
  knownDonor: string | null;
  /** The entry that was wrong. */
  replaces: string | null;
  /** The line of the bank that brought it. */
  bankLine: string | null;
}

/**
 * Enters a gift: its donor, its paper, and, unless it waits for the bank or is no money, books, receipt and
 * thanks, all in one transaction.
 *
 * @returns the id of the entry
 * @throws Refusal for what the law or the paper does not allow; nothing is written then
 */
export async function recordOffline(ground: OfflineNeeds, wish: OfflineWish, actor: string): Promise<string> {
  const { kind, formKey } = wish;
  checkPast(ground, wish.day);
  const { details, faults } = readDetails(kind, wish.details);
  const [fault] = Object.values(faults);
  if (fault) throw new Refusal(fault);
  return transaction(ground.sql, async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`offline:${formKey}`]);
    const known = await connection.query<{ id: string }>('SELECT id FROM offline_gift WHERE form_key = $1', [
      formKey,
    ]);
    if (known.rows[0]) return known.rows[0].id;
    const answers = { kind: wish.donor.kind, answer: String(wish.donor.source.answer ?? '') };
    const stream = await streamFor(connection, kind, answers);
    return write(ground, connection, { wish: { ...wish, details }, stream, actor });
  });
}

interface Writing {
  wish: OfflineWish;
  stream: Stream;
  actor: string;
}

async function write(
  ground: OfflineNeeds,
  connection: Connection,
  { wish, stream, actor }: Writing,
): Promise<string> {
  const { kind, day, details, mailsReceipt, formKey, replaces } = wish;
  const id = uuid();
  const sale = kind === 'coupon' ? await keepSale(connection, details) : null;
  const amount = sale?.amount ?? wish.amount;
  checkAmount(amount);
  const fund = sale?.fund ?? wish.fund ?? accounts.general(stream);
  await requireFund(connection, fund, stream);
  const donor = await withKnownPaper(ground, connection, wish);
  if (kind === 'cash' || kind === 'coupon') await checkCash(ground, connection, { donor, day, amount });
  const donorId = await keepDonor(ground, connection, donor);
  const state = kind === 'goods' ? 'registered' : 'waiting';
  await connection.query(
    `INSERT INTO offline_gift (id, kind, stream, fund, donor_id, amount, day, reference, details, mails_receipt, state,
       form_key, entered_by, entered_at, replaces)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      ...[id, kind, stream, fund, donorId, amount, day, referenceOf(kind, details)],
      ...[ground.keys.seal('finance-words', JSON.stringify(details)), mailsReceipt, state, formKey, actor],
      ...[ground.clock.now(), replaces],
    ],
  );
  await sale?.keep(id);
  if (wish.bankLine)
    await matchEntered(ground, connection, { line: wish.bankLine, gift: { id, stream, amount }, actor });
  await audit(connection, {
    ...{ actor, action: 'offline-gift.entered', subjectType: 'offline-gift', subjectId: id },
    after: { kind, stream, fund, day, amount: String(amount), ...(replaces && { replaces }) },
  });
  // A cheque is a promise until the bank has realised it.
  if (kind !== 'cheque' && kind !== 'goods') await countGift(ground, connection, { id, day });
  return id;
}

/** The donor's words, with the number of a paper that they gave before. */
async function withKnownPaper(
  { keys }: Pick<Ground, 'keys'>,
  connection: Connection,
  { donor, knownDonor }: OfflineWish,
): Promise<DonorWords> {
  if (!knownDonor || donor.identity) return donor;
  const { rows } = await connection.query<{ identity: Buffer | null }>(
    'SELECT identity FROM donor WHERE id::text = $1',
    [knownDonor],
  );
  const sealed = rows[0]?.identity;
  return sealed ? { ...donor, identity: JSON.parse(keys.open('donor-identity', sealed)) } : donor;
}
