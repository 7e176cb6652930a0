import { v7 as uuid } from 'uuid';
import type { Connection } from '../../db.ts';
import { found } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { translate } from '../../i18n.ts';
import { say } from '../../say.ts';
import type { Stream } from '../accounts.ts';
import { readIssuer } from '../issuer.ts';
import { post } from '../journal.ts';
import { projectNamed } from '../project-words.ts';
import { type IssueGround, issueReceipt } from '../receipts.ts';
import { type OfflineKind, placeOf } from './kinds.ts';
import { issuerFor } from './rules.ts';

/** An entry, locked for whoever changes it. */
export interface HeldGift {
  id: string;
  kind: OfflineKind;
  stream: Stream;
  fund: string;
  amount: bigint;
  day: string;
  state: 'waiting' | 'counted' | 'registered' | 'bounced' | 'reversed';
  reference: string | null;
  donorId: string;
  donationId: string | null;
  countedOn: string | null;
  doubt: string | null;
  doubtedBy: string | null;
}

/** Takes an entry in hand until the transaction ends. @throws Refusal (404) when there is none */
export async function holdGift(connection: Connection, id: string): Promise<HeldGift> {
  const { rows } = await connection.query(
    `SELECT id, kind, stream, fund, amount, day::text AS day, state, reference, donor_id AS "donorId", donation_id AS "donationId",
            counted_on::text AS "countedOn", doubt, doubted_by AS "doubtedBy"
       FROM offline_gift WHERE id::text = $1 FOR UPDATE`,
    [id],
  );
  const row = found(rows[0], say`There is no such entry.`);
  return { ...row, amount: BigInt(row.amount) };
}

/** Lets an entry count from a day on: a gift in the books, word to the house and, last, the receipt. */
export async function countGift(
  ground: IssueGround,
  connection: Connection,
  { id, day }: { id: string; day: string },
): Promise<void> {
  const gift = await holdGift(connection, id);
  const { stream, fund, amount, kind } = gift;
  const [donationId, now] = [uuid(), ground.clock.now()];
  await post(connection, {
    ...{ kind: 'offline', subject: `offline:${id}`, day, at: now },
    lines: [
      [placeOf(kind, stream), amount],
      [fund, -amount],
    ],
  });
  await connection.query(
    `INSERT INTO donation (id, stream, fund, donor_id, amount, mode, reference, given_on, created_at, project_id)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, project FROM ledger_account WHERE code = $3`,
    [donationId, stream, fund, gift.donorId, amount, kind, gift.reference, day, now],
  );
  await connection.query(
    `UPDATE offline_gift SET state = 'counted', counted_on = $2, donation_id = $3 WHERE id = $1`,
    [id, day, donationId],
  );
  await connection.query('INSERT INTO outbox (event, payload) VALUES ($1, $2)', [
    'gift.paid',
    JSON.stringify({ donation: donationId }),
  ]);
  const words = await wordsOf(ground, connection, gift);
  await issueReceipt(ground, connection, { donationId, stream, amount, day, words });
}

async function wordsOf(
  { keys }: Pick<Ground, 'keys'>,
  connection: Connection,
  { donorId, kind: mode, reference, fund: purpose, amount }: HeldGift,
) {
  const { rows } = await connection.query(
    'SELECT name, kind, address, identity, language FROM donor WHERE id = $1',
    [donorId],
  );
  const { name, kind, address, identity, language } = rows[0];
  const project = await projectNamed(connection, purpose);
  const none = { en: translate('en', 'receipt.no-deduction'), ml: translate('ml', 'receipt.no-deduction') };
  return {
    donor: { name, kind, address, identity: identity && JSON.parse(keys.open('donor-identity', identity)) },
    ...{ mode, reference, purpose, language, ...(project && { project: { ...project, beyond: '0' } }) },
    issuer: issuerFor(await readIssuer(connection), { kind: mode, amount }, none),
  };
}
