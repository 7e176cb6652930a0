import type { Request, Response } from 'express';
import { listDisputes } from '../../../giving/disputes.ts';
import { type GiftFile, readGiftFile } from '../../../giving/gift-file.ts';
import type { GiftListState } from '../../../giving/gift-list.ts';
import { receiptFile } from '../../../giving/receipt-file.ts';
import { listRefunds } from '../../../giving/refund-list.ts';
import { fundsOf } from '../../../giving/suspense.ts';
import { formatAmount } from '../../../i18n.ts';
import { FINANCE, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { projectNames } from '../project-names.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { disputeRow } from './disputes.ts';
import { refundRow } from './refund-rows.ts';
import {
  accountName,
  accountWords,
  amountOr,
  chosen,
  dayWords,
  GIFTS,
  giftBadge,
  modeWords,
  STYLES,
  streamWords,
} from './words.ts';

/** What was refused of the page's forms, with what was typed. */
export interface GiftRefused {
  form: 'refund' | 'assign';
  text: string;
  typed: Record<string, string>;
}

export const show: Handler = (web) => (req, res) => showGift(web, { req, res });

/** A gift with everything about it: donor, payment, receipts, postings, refunds, mails. */
export async function showGift(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: GiftRefused },
): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const file = await readGiftFile(web.ground, String(req.params.id));
  const refunds = file.payment ? await listRefunds(web.ground, { payment: file.payment.id }) : [];
  const disputes = file.payment ? await listDisputes(web.ground, { payment: file.payment.id }) : [];
  const named = await projectNames(web.ground.sql, reading);
  const money = hasRole(staffOf(res), FINANCE);
  const parked = Boolean(file.payment?.capturedAt) && !file.donation;
  const funds = money && parked ? await fundsOf(web.ground, file.stream) : [];
  await showConsole(web, {
    ...{ req, res, name: 'gift', styles: STYLES, status: refused ? 422 : 200 },
    title: t('gifts.one', { amount: formatAmount(file.donation?.amount ?? file.payment?.amount ?? 0n) }),
    crumbs: [{ href: GIFTS, text: t('nav.gifts') }],
    data: {
      ...headOf(file, reading, named),
      ...{ donor: donorOf(file, t), payment: paymentOf(file, reading), order: file.order },
      receipts: file.receipts.map((receipt) => ({
        ...{ ...receipt, amount: formatAmount(receipt.amount) },
        href: `${GIFTS}/${file.id}/receipts/${receipt.id}.pdf`,
      })),
      journals: file.journals.map((journal) => journalRow(journal, reading, named)),
      mails: file.mails.map((mail) => ({
        ...mail,
        what: t('gifts.mail', { kind: chosen(mail.kind) }),
        look: lookOf(mail.state),
      })),
      refunds: refunds.map((refund) => refundRow(refund, reading)),
      disputes: disputes.map((dispute) => disputeRow(dispute, reading)),
      mayRefund: money && file.left > 0n,
      ...{ left: formatAmount(file.left), parked: money && parked && file.left > 0n },
      funds: funds.map((value) => ({
        value,
        text: named(accountWords(t, value)),
        selected: refused?.typed.fund === value,
      })),
      ...formsOf(refused),
    },
  });
}

const NONE = { amount: '', reason: '', name: '', address: '', note: '' };

const formsOf = (refused: GiftRefused | undefined) => ({
  typed: { ...NONE, ...refused?.typed },
  refundFault: refused?.form === 'refund' ? refused.text : null,
  assignFault: refused?.form === 'assign' ? refused.text : null,
});

function stateOf({ donation, payment }: Pick<GiftFile, 'donation' | 'payment'>): GiftListState {
  if (payment && !payment.capturedAt) return payment.failedAt ? 'failed' : 'waiting';
  if (!donation) return payment && payment.refunded < payment.amount ? 'parked' : 'refunded';
  if (donation.refunded === donation.amount) return 'refunded';
  return donation.refunded ? 'partly' : 'paid';
}

type Named = (words: string) => string;

function headOf({ id, stream, fund, donation, payment }: GiftFile, reading: Reading, named: Named) {
  const { t } = reading;
  const left = donation && donation.amount - donation.refunded;
  const state = stateOf({ donation, payment });
  return {
    ...{ id, href: `${GIFTS}/${id}`, badge: giftBadge(t, state), stream: streamWords(t, stream) },
    ...{
      fund: fund ? named(accountWords(t, fund)) : streamWords(t, stream),
      givenOn: donation && dayWords(reading, donation.givenOn),
    },
    mode: modeWords(t, donation?.mode ?? payment?.method ?? 'other'),
    kept: donation?.refunded ? formatAmount(left ?? 0n) : null,
  };
}

/** Of a paper's number only the end is shown; the whole stands on the receipt. */
const donorOf = ({ donor }: GiftFile, t: Reading['t']) =>
  donor && {
    ...donor,
    kind: t('gifts.donor.kind', { kind: chosen(donor.kind) }),
    identity: donor.identity && {
      kind: t('gifts.identity', { kind: donor.identity.kind }),
      masked: `••••••${donor.identity.ending}`,
    },
  };

function paymentOf({ payment }: GiftFile, reading: Reading) {
  if (!payment) return null;
  const { t } = reading;
  return {
    ...{
      ...payment,
      amount: formatAmount(payment.amount),
      fee: amountOr(payment.fee),
      tax: amountOr(payment.tax),
    },
    method: modeWords(t, payment.method),
    card: payment.last4 && `${payment.network ?? ''} ••${payment.last4}`.trim(),
    failure: payment.failure && `${payment.failure.code} ${payment.failure.reason}`.trim(),
    settlement: payment.settlement && {
      ...payment.settlement,
      day: dayWords(reading, payment.settlement.day),
    },
  };
}

const journalRow = (
  { id, kind, day, postings }: GiftFile['journals'][number],
  reading: Reading,
  named: Named,
) => ({
  ...{
    id,
    kind: reading.t('ledger.kind', { kind: kind === 'other' ? 'income' : chosen(kind) }),
    day: dayWords(reading, day),
  },
  postings: postings.map(({ account, amount }) => ({
    account: named(accountName(reading.t, account)),
    debit: amount > 0n ? formatAmount(amount) : null,
    credit: amount < 0n ? formatAmount(-amount) : null,
  })),
});

const lookOf = (state: string): string =>
  ({ sent: 'sent', waiting: 'planned', sending: 'sending', unknown: 'unknown' })[state] ?? 'failed';

/** The paper of one of its receipts, cancelled ones too. */
export const paper: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const file = await readGiftFile(ground, String(req.params.id));
  const receipt = file.receipts.find(({ id }) => `${id}.pdf` === req.params.receipt);
  const made = receipt && (await receiptFile(ground, ground.sql, receipt.id));
  if (!made) return void res.redirect(303, `${GIFTS}/${file.id}`);
  res.set('Content-Disposition', `attachment; filename="${made.name}"`);
  res.type('application/pdf').send(made.bytes);
};
