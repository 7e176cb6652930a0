import { type Connection, transaction } from '../db.ts';
import { queueNotice, RECEIPT } from '../deliveries/notices.ts';
import { THANKS_HOURS } from '../giving/donor-link.ts';
import { giftToken, receiptToken } from '../giving/gift-token.ts';
import type { Agreement, Dedication } from '../giving/orders.ts';
import { type ProjectName, projectNamed } from '../giving/project-words.ts';
import { purposeIn, shareOf } from '../giving/purpose.ts';
import { receiptFile } from '../giving/receipt-file.ts';
import type { Ground } from '../ground.ts';
import { formatAmount, type Language, languageOf } from '../i18n.ts';
import { takeEvent } from '../outbox.ts';
import { myUrl } from './donor-mails.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config' | 'log'>;

/**
 * Writes the mails of gifts that were paid: the donor's thanks with the receipt, where they agreed to it,
 * and the card to somebody, where one was wished. Each in the transaction that marks its event handled.
 *
 * @returns how many gifts
 */
export async function tellGifts(ground: Needs): Promise<number> {
  let told = 0;
  while (await transaction(ground.sql, (connection) => tellNext(connection, ground))) told++;
  return told;
}

async function tellNext(connection: Connection, ground: Needs): Promise<boolean> {
  const wish = { event: 'gift.paid', handler: 'thanks', now: ground.clock.now() };
  const event = await takeEvent(connection, wish);
  if (!event) return false;
  const gift = await readGift(connection, event.payload.donation as string);
  if (!gift) return true;
  await thank(connection, ground, gift);
  await sendCard(connection, ground, gift);
  return true;
}

interface PaidGift {
  /** Null for one that finance entered. */
  order: string | null;
  donor: string;
  receipt: string | null;
  name: string;
  email: string | null;
  language: Language;
  amount: bigint;
  /** The project it is for, and how it is divided. */
  project: ProjectName | null;
  share: ReturnType<typeof shareOf>;
  consents: Agreement[] | null;
  /** Whether finance was told that the donor wants the receipt by mail. */
  mailed: boolean | null;
  dedication: Dedication | null;
  /** Which month of a monthly gift it is; null for one that was given once. */
  month: number | null;
}

async function readGift(connection: Connection, donation: string): Promise<PaidGift | null> {
  const { rows } = await connection.query(
    `SELECT o.id AS "order", d.id AS donor, d.name, d.email, coalesce(o.language, d.language) AS language, g.amount, g.fund, g.beyond, g.matched AS match, o.consents, o.dedication,
            f.mails_receipt AS mailed,
            CASE WHEN o.monthly_id IS NOT NULL
                 THEN (SELECT count(*)::int FROM gift_order m WHERE m.monthly_id = o.monthly_id AND m.paid_at <= o.paid_at) END AS month,
            (SELECT id FROM receipt r WHERE r.donation_id = g.id AND cancelled_at IS NULL ORDER BY issued_at DESC LIMIT 1) AS receipt
       FROM donation g JOIN donor d ON d.id = g.donor_id LEFT JOIN offline_gift f ON f.donation_id = g.id
       LEFT JOIN payment p ON p.id = g.payment_id LEFT JOIN gift_order o ON o.id = p.order_id WHERE g.id = $1`,
    [donation],
  );
  const [row] = rows;
  if (!row) return null;
  const project = await projectNamed(connection, row.fund);
  const shared = { project, share: shareOf(row) };
  return { ...row, ...shared, language: languageOf(row.language), amount: BigInt(row.amount) };
}

async function thank(connection: Connection, ground: Needs, gift: PaidGift): Promise<void> {
  const { email: address, language, name, receipt } = gift;
  const wanted = gift.mailed ?? gift.consents?.some(({ use }) => use === 'receipt');
  const paper = address && wanted && receipt ? await receiptFile(ground, connection, receipt) : null;
  if (!address || !receipt || !paper) return;
  const values = { name, amount: formatAmount(gift.amount), number: paper.number, ...purposeOf(gift) };
  const letter = await writeNotice(ground, {
    ...(gift.order
      ? {
          name: 'gift-thanks',
          values: {
            ...{ ...values, first: gift.month === 1 ? 'yes' : '', later: (gift.month ?? 0) > 1 ? 'yes' : '' },
            gift_url: placeOf(ground, { ...gift, order: gift.order }),
            my_url: myUrl(ground, gift, THANKS_HOURS),
          },
        }
      : {
          name: 'gift-thanks-offline',
          values: { ...values, receipt_url: proofOf(ground, receipt, language) },
        }),
    language,
  });
  const files = [
    {
      ...{ name: paper.name, type: 'application/pdf', cid: null },
      content: paper.bytes.toString('base64'),
    },
  ];
  const about = `gift:${gift.order}`;
  await queueNotice(connection, ground.config, { kind: RECEIPT, address, language, ...letter, files, about });
}

/** What it is for, as the letter's fields: one of the first four has words, the others are empty. */
function purposeOf({ language, project: named, share }: PaidGift): Record<string, string> {
  const { to, title, project: part, beyond, match } = purposeIn(language, named, share);
  const when = (one: typeof to) => (to === one ? 'yes' : '');
  const chosen = { fund: when('fund'), project: when('project'), both: when('both'), over: when('over') };
  return { ...chosen, title, part, beyond, match };
}

const placeOf = ({ config, keys }: Needs, { order, language }: { order: string; language: Language }) =>
  `${config.publicUrl}/give/gift/${giftToken(keys, order)}?lang=${language}`;

/** A gift that finance entered has no page; its receipt can be proven. */
const proofOf = ({ config, keys }: Needs, receipt: string, language: Language) =>
  `${config.publicUrl}/receipts/verify/${receiptToken(keys, receipt)}?lang=${language}`;

/** It tells who gave for whom, never how much. */
async function sendCard(connection: Connection, ground: Needs, gift: PaidGift): Promise<void> {
  const { dedication, language, name } = gift;
  if (!dedication?.tell) return;
  const { kind, tell } = dedication;
  const values = { name, honoured: dedication.name, reader: tell.name, ...purposeOf(gift) };
  const letter = await writeNotice(ground, { name: `gift-card-${kind}`, language, values });
  await queueNotice(connection, ground.config, {
    ...{ kind: 'gift-card', address: tell.email, language, about: `gift:${gift.order}` },
    ...letter,
  });
}
