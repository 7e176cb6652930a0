import { findGift } from '../../giving/gift.ts';
import { readReceiptToken } from '../../giving/gift-token.ts';
import { receiptFile } from '../../giving/receipt-file.ts';
import { type Receipt, readReceipt } from '../../giving/receipts.ts';
import { formatAmount, formatDay, type Language } from '../../i18n.ts';
import { readerLanguage } from '../../reader.ts';
import { giftOf } from '../guards.ts';
import { showPage } from '../pages.ts';
import type { Route } from '../routes.ts';
import type { Handler } from '../web.ts';
import { GIVE } from './give.ts';

/** The paper of a gift's receipt, for whoever holds the gift's address. */
const download: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const gift = await findGift(ground, giftOf(res));
  const paper = gift?.receipt && (await receiptFile(ground, ground.sql, gift.receipt.id));
  if (!paper) return showPage(web, { req, res, name: 'gift-gone', status: 404 });
  res.set('Content-Disposition', `attachment; filename="${paper.name}"`);
  res.type('application/pdf').send(paper.bytes);
};

/** What the code on a paper leads to. It says number, day, amount and whether it holds; never who gave. */
const verify: Handler = (web) => async (req, res) => {
  const id = readReceiptToken(web.ground.keys, String(req.params.token));
  const receipt = id && (await readReceipt(web.ground, id));
  const language = readerLanguage(req);
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  showPage(web, {
    ...{ req, res, name: 'receipt-check', status: receipt ? 200 : 404 },
    data: {
      receipt: receipt ? shown(receipt, language) : null,
      // A page that looks like this one cannot have its address.
      begins: `${web.ground.config.publicUrl}/`,
    },
  });
};

const shown = ({ words: { number, day, amount }, cancelledAt }: Receipt, language: Language) => ({
  ...{ number, amount: formatAmount(BigInt(amount)) },
  day: formatDay(new Date(`${day}T12:00:00+05:30`), language),
  cancelled: cancelledAt ? formatDay(cancelledAt, language) : null,
});

export const receiptRoutes: Route[] = [
  {
    ...{ method: 'get', path: `${GIVE}/gift/:token/receipt.pdf`, who: 'gift' },
    ...{ does: 'gives the receipt', handle: download },
  },
  {
    ...{ method: 'get', path: '/receipts/verify/:token', who: 'anyone' },
    ...{ does: 'says whether a receipt is genuine and holds', handle: verify },
  },
];
