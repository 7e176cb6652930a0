import { formatAmount, languages, translate } from '../i18n.ts';
import { amountInWords } from './amount-words.ts';
import type { Giver } from './donor-link.ts';
import type { Issuer } from './issuer.ts';
import {
  CREAM,
  type Doc,
  dayOf,
  drawHead,
  GOLD,
  INK,
  inBoth,
  LEFT,
  LINE,
  openPaper,
  purposeOf,
  QUIET,
  RIGHT,
  WIDTH,
} from './paper.ts';
import type { Period, StatementRow } from './statement.ts';

export interface Statement {
  giver: Pick<Giver, 'name' | 'language'>;
  period: Period;
  /** At least one. */
  rows: StatementRow[];
  issuer: Issuer;
  /** Of India's calendar. */
  madeOn: string;
}

/** Where the next row would run into the foot. */
const LOWEST = 720;
const TOP = 56;
/** Left edges of day, receipt and purpose; the sum stands at the right. */
const AT = { day: LEFT, receipt: LEFT + 100, purpose: LEFT + 212 };
const SUM = 96;

/** The statement of a year as PDF: each gift with its receipt, what went back, and the sum in words. */
export async function writeStatement(statement: Statement): Promise<Buffer> {
  const { giver, period, issuer, rows, madeOn } = statement;
  const { doc, done } = openPaper({
    ...{ title: `Statement ${period.year}`, author: issuer.name.en },
    ...{ at: new Date(`${madeOn}T12:00:00+05:30`), language: giver.language },
  });
  const made = languages.map((language) => dayOf(madeOn, language)).join(' · ');
  drawHead(doc, issuer, {
    title: languages.map((language) => translate(language, 'statement.paper')).join('\n'),
    number: period.year,
    below: made,
  });
  drawGiver(doc, statement);
  drawHeads(doc);
  for (const row of rows) drawRow(doc, row);
  drawSum(doc, rows);
  drawFoot(doc, statement);
  doc.end();
  return done;
}

function drawGiver(doc: Doc, { giver, period }: Statement): void {
  doc.font('bold', 13).fillColor(INK).text(giver.name, LEFT, doc.y, { width: WIDTH });
  doc.font('regular', 9.5).fillColor(QUIET);
  for (const language of languages) {
    const from = translate(language, `statement.${period.stream}`, { year: period.year });
    doc.text(from, LEFT, doc.y, { width: WIDTH });
  }
  doc.y += 12;
}

function drawHeads(doc: Doc): void {
  const top = doc.y;
  doc.font('bold', 8.5).fillColor(QUIET);
  doc.text(inBoth('statement.day'), AT.day, top, { width: AT.receipt - AT.day - 8 });
  doc.text(inBoth('statement.receipt'), AT.receipt, top, { width: AT.purpose - AT.receipt - 8 });
  doc.text(inBoth('statement.for'), AT.purpose, top, { width: RIGHT - SUM - AT.purpose - 8 });
  doc.text(inBoth('statement.amount'), RIGHT - SUM, top, { width: SUM, align: 'right' });
  const y = Math.max(doc.y, top + 13) + 6;
  doc.rect(LEFT, y, WIDTH, 1).fill(GOLD);
  doc.y = y + 8;
}

function drawRow(doc: Doc, row: StatementRow): void {
  const { day, number, fund, project, mode, amount, refunded } = row;
  if (doc.y > LOWEST) turnPage(doc);
  const top = doc.y;
  doc.font('regular', 9.5).fillColor(INK);
  doc.text(dayOf(day, 'en'), AT.day, top, { width: AT.receipt - AT.day - 8 });
  doc.text(number ?? '–', AT.receipt, top, { width: AT.purpose - AT.receipt - 8 });
  const width = RIGHT - SUM - AT.purpose - 8;
  doc.text(purposeOf(fund, project), AT.purpose, top, { width });
  doc
    .fontSize(8.5)
    .fillColor(QUIET)
    .text(inBoth(`receipt.mode.${mode}`), AT.purpose, doc.y, { width });
  if (refunded > 0n) {
    const back = `${inBoth('statement.refunded')}: ${formatAmount(refunded)}`;
    doc.text(back, AT.purpose, doc.y, { width });
  }
  const below = doc.y;
  doc
    .font('bold', 10)
    .fillColor(INK)
    .text(formatAmount(amount - refunded), RIGHT - SUM, top, { width: SUM, align: 'right' });
  const y = Math.max(below, doc.y) + 5;
  doc.rect(LEFT, y, WIDTH, 0.5).fill(LINE);
  doc.y = y + 7;
}

function turnPage(doc: Doc): void {
  doc.addPage();
  doc.y = TOP;
  drawHeads(doc);
}

function drawSum(doc: Doc, rows: StatementRow[]): void {
  if (doc.y > LOWEST - 90) turnPage(doc);
  const sum = rows.reduce((all, { amount, refunded }) => all + amount - refunded, 0n);
  const top = doc.y + 8;
  const inner = { width: WIDTH - 40 };
  const words = sum > 0n ? languages.map((language) => amountInWords(sum, language)) : [];
  doc.font('regular', 9.5);
  const height = 46 + words.reduce((all, text) => all + doc.heightOfString(text, inner) + 2, 0);
  doc.roundedRect(LEFT, top, WIDTH, height, 8).fill(CREAM);
  doc.rect(LEFT, top + 8, 4, height - 16).fill(GOLD);
  doc
    .font('regular', 9.5)
    .fillColor(QUIET)
    .text(inBoth('statement.sum'), LEFT + 20, top + 12, inner);
  doc
    .font('bold', 18)
    .fillColor(INK)
    .text(formatAmount(sum), LEFT + 20, top + 8, { ...inner, align: 'right' });
  doc.font('regular', 9.5);
  doc.y = top + 36;
  for (const text of words) doc.text(text, LEFT + 20, doc.y, inner).moveDown(0.15);
  doc.y = top + height + 12;
}

/** It is no receipt: what may be deducted is said by those, and by the certificate of the department. */
function drawFoot(doc: Doc, { issuer }: Statement): void {
  if (doc.y > LOWEST) turnPage(doc);
  doc.font('regular', 8.5).fillColor(QUIET);
  for (const language of languages)
    doc.text(translate(language, 'statement.note'), LEFT, doc.y, { width: WIDTH });
  if (issuer.registration) doc.text(issuer.registration, LEFT, doc.y, { width: WIDTH });
  doc.rect(LEFT, 796, WIDTH, 3).fill(GOLD);
}
