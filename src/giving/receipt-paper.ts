import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { formatAmount, formatDay, type Language, languages, translate } from '../i18n.ts';
import { amountInWords } from './amount-words.ts';
import type { Issuer } from './issuer.ts';
import { bytesOf, drawMark, useFonts } from './paper.ts';
import type { Receipt } from './receipts.ts';

const [INK, QUIET, ACCENT, GOLD, CREAM, RED] = [
  '#1c2722',
  '#5f6860',
  '#0b5d4e',
  '#d9b04c',
  '#faf6ea',
  '#ad1f3a',
];
const [LEFT, RIGHT] = [56, 539];
const WIDTH = RIGHT - LEFT;
const LABELS = 150;

export interface Paper {
  receipt: Receipt;
  /** Who issued it, for receipts that do not say. */
  issuer: Issuer;
  /** Where its code leads. */
  verifyUrl: string;
}

/**
 * A receipt as PDF, in both languages on one page. It is made of what was kept when it was issued, so that
 * one asked for again is the same to the byte, but for the word that it was cancelled.
 */
export async function writeReceipt({ receipt, issuer, verifyUrl }: Paper): Promise<Buffer> {
  const { words, issuedAt } = receipt;
  const info = {
    Title: `Receipt ${words.number}`,
    Author: issuer.name.en,
    CreationDate: issuedAt,
    ModDate: issuedAt,
  };
  const doc = new PDFDocument({ size: 'A4', margin: 0, lang: words.language, info });
  const done = bytesOf(doc);
  useFonts(doc);
  drawHead(doc, receipt, words.issuer ?? issuer);
  drawAmount(doc, BigInt(words.amount));
  drawRows(doc, receipt);
  await drawFoot(doc, { receipt, issuer: words.issuer ?? issuer, verifyUrl });
  if (receipt.cancelledAt) drawCancelled(doc);
  doc.end();
  return done;
}

type Doc = PDFKit.PDFDocument;

function drawHead(doc: Doc, { words }: Receipt, { name, address }: Issuer): void {
  drawMark(doc, LEFT, 44, 1.15);
  const [x, width] = [LEFT + 60, WIDTH - 60];
  doc.font('bold', 15).fillColor(INK).text(name.en, x, 42, { width });
  doc.font('regular', 11).text(name.ml, { width });
  doc.fontSize(8.5).fillColor(QUIET).text([address.en, address.ml].filter(Boolean).join('\n'), { width });
  const y = Math.max(doc.y + 10, 104);
  doc
    .rect(LEFT, y, WIDTH, 3)
    .fill(GOLD)
    .rect(LEFT, y + 5, WIDTH, 0.8)
    .fill(GOLD);
  doc
    .font('bold', 19)
    .fillColor(ACCENT)
    .text(inBoth('receipt.paper'), LEFT, y + 22, { width: WIDTH / 2 });
  const below = doc.y;
  doc
    .font('bold', 13)
    .fillColor(INK)
    .text(words.number, LEFT, y + 22, { width: WIDTH, align: 'right' });
  doc
    .font('regular', 9.5)
    .fillColor(QUIET)
    .text(languages.map((tongue) => dayOf(words.day, tongue)).join(' · '), {
      ...{ width: WIDTH, align: 'right' },
    });
  doc.y = Math.max(below, doc.y) + 14;
}

function drawAmount(doc: Doc, paise: bigint): void {
  const top = doc.y;
  const inner = { width: WIDTH - 40 };
  const words = languages.map((language) => amountInWords(paise, language));
  doc.font('regular', 10.5);
  const height = 62 + words.reduce((sum, text) => sum + doc.heightOfString(text, inner) + 3, 0);
  doc.roundedRect(LEFT, top, WIDTH, height, 8).fill(CREAM);
  doc.rect(LEFT, top + 10, 4, height - 20).fill(GOLD);
  doc
    .font('bold', 28)
    .fillColor(INK)
    .text(formatAmount(paise), LEFT + 20, top + 10, inner);
  doc.font('regular', 10.5);
  doc.y = top + 54;
  for (const text of words) doc.text(text, LEFT + 20, doc.y, inner).moveDown(0.2);
  doc.y = top + height + 16;
}

function drawRows(doc: Doc, { words }: Receipt): void {
  const { donor } = words;
  const rows: [label: string, value: string][] = [
    ['receipt.from', donor.name],
    ['receipt.address', donor.address ?? ''],
    ['receipt.identity', donor.identity?.kind === 'pan' ? donor.identity.number : ''],
    ['receipt.purpose', purposeOf(words.purpose)],
    ['receipt.mode', inBoth(`receipt.mode.${words.mode}`)],
    ['receipt.reference', words.reference ?? ''],
  ];
  for (const [label, value] of rows.filter(([, said]) => said)) drawRow(doc, label, value);
}

function drawRow(doc: Doc, label: string, value: string): void {
  const top = doc.y;
  doc.font('regular', 9).fillColor(QUIET);
  for (const language of languages) doc.text(translate(language, label), LEFT, doc.y, { width: LABELS - 12 });
  const below = doc.y;
  doc
    .font('regular', 11.5)
    .fillColor(INK)
    .text(value, LEFT + LABELS, top + 2, { width: WIDTH - LABELS });
  const y = Math.max(below, doc.y) + 7;
  doc.rect(LEFT, y, WIDTH, 0.5).fill('#e4dac2');
  doc.y = y + 8;
}

const QR = 92;

async function drawFoot(doc: Doc, { receipt, issuer, verifyUrl }: Paper): Promise<void> {
  const code = await QRCode.toBuffer(verifyUrl, { margin: 0, scale: 6, errorCorrectionLevel: 'M' });
  const top = Math.max(doc.y + 14, 660);
  doc.image(code, LEFT, top, { width: QR, height: QR });
  const [x, width] = [LEFT + QR + 20, WIDTH - QR - 20];
  doc.y = top;
  for (const language of languages) {
    const text = translate(language, 'receipt.verify');
    doc.font('regular', 9.5).fillColor(INK).text(text, x, doc.y, { width }).moveDown(0.4);
  }
  doc.fontSize(8.5).fillColor(QUIET);
  for (const language of languages) {
    const said =
      receipt.stream === 'fcra' ? translate(language, 'receipt.fcra') : issuer.deduction?.[language];
    if (said) doc.text(said, x, doc.y, { width });
  }
  if (issuer.registration) doc.text(issuer.registration, x, doc.y, { width });
  doc.rect(LEFT, 796, WIDTH, 3).fill(GOLD);
}

function drawCancelled(doc: Doc): void {
  doc
    .save()
    .rotate(-24, { origin: [297, 421] })
    .fillOpacity(0.85);
  doc.roundedRect(107, 386, 380, 70, 8).lineWidth(3).stroke(RED);
  doc
    .font('bold', 26)
    .fillColor(RED)
    .text(inBoth('receipt.cancelled'), 107, 402, { width: 380, align: 'center' });
  doc.restore();
}

const inBoth = (key: string): string => languages.map((language) => translate(language, key)).join(' · ');

/** Of India's calendar. */
const dayOf = (day: string, language: Language) => formatDay(new Date(`${day}T12:00:00+05:30`), language);

/** The name of a fund, by its account in the ledger. */
const purposeOf = (fund: string) => (fund.startsWith('fund.general.') ? inBoth('give.to') : fund);
