import { amountInWords } from '../../../giving/amount-words.ts';
import { indianDay } from '../../../giving/calendar.ts';
import { dayOf } from '../../../giving/paper.ts';
import { formatAmount, type Language, translate } from '../../../i18n.ts';
import { coloursOf } from '../art.ts';
import { dayWords, kindWords, moodOf, namesOf } from '../words.ts';
import type { PaperPage } from './paper-page.ts';
import { drawingFor, lookOfPaper } from './pictures.ts';
import { A4, drawFoot, openSheet, purposeOf, write } from './sheet.ts';

const BAND = 190;
const LEFT = 70;
const WIDTH = A4.width - 2 * LEFT;

/** What came together at a page, for its family: the sum of the books at that moment, in the words of its kind. */
export async function drawCertificate(page: PaperPage, language: Language): Promise<Buffer> {
  const { doc, done } = openSheet(page, language, A4);
  const colours = coloursOf(lookOfPaper(page).palette);
  const colour = (name: string) => colours[name] as string;
  doc.rect(0, 0, A4.width, A4.height).fill(colour('--surface'));
  const drawing = await drawingFor(page, { width: 1600, height: Math.round((1600 * BAND) / A4.width) });
  doc.image(drawing, 0, 0, { width: A4.width, height: BAND });
  frame(doc, colour('--gold-bright'));
  const { content, kind, figures } = page;
  const [mood, line] = [moodOf(kind), { x: LEFT, width: WIDTH }];
  const said = (key: string, values = {}) => translate(language, `occasion.paper.${key}`, values);
  let y = write(doc, said(`certificate.title.${mood}`), {
    ...{ ...line, y: BAND + 66, size: 22, font: 'bold', colour: colour('--accent') },
  });
  y = write(doc, namesOf(content), {
    ...line,
    y: y + 26,
    size: 34,
    font: 'bold',
    colour: colour('--ink'),
    height: 110,
  });
  const day = [kindWords(kind, language), dayWords(content, language)].filter(Boolean).join(' · ');
  y = write(doc, day, { ...line, y: y + 4, size: 13, colour: colour('--gold-ink') });
  y = write(doc, said(`certificate.text.${mood}`, { gifts: figures.gifts }), {
    ...{ ...line, y: y + 46, size: 14, colour: colour('--ink') },
  });
  y = write(doc, formatAmount(figures.raised), {
    ...line,
    y: y + 16,
    size: 40,
    font: 'bold',
    colour: colour('--ink'),
  });
  y = write(doc, amountInWords(figures.raised, language), {
    ...line,
    y: y + 2,
    size: 11.5,
    colour: colour('--ink-2'),
  });
  y = write(doc, said('certificate.for', { for: purposeOf(page, language) }), {
    ...{ ...line, y: y + 30, size: 14, colour: colour('--ink') },
  });
  write(doc, said(`certificate.close.${mood}`), {
    ...line,
    y: y + 34,
    size: 13,
    colour: colour('--accent'),
    font: 'bold',
  });
  const foot = said('certificate.foot', { number: page.number, day: dayOf(indianDay(page.at), language) });
  write(doc, foot, { ...line, y: A4.height - 132, size: 9, colour: colour('--ink-3') });
  drawFoot(doc, page, { ...line, y: A4.height - 106, language, colour: colour('--ink-2') });
  doc.end();
  return done;
}

function frame(doc: ReturnType<typeof openSheet>['doc'], gold: string): void {
  doc
    .rect(0, BAND, A4.width, 3)
    .fill(gold)
    .rect(0, BAND + 5.5, A4.width, 1)
    .fill(gold);
  doc
    .lineWidth(2.5)
    .rect(28, BAND + 22, A4.width - 56, A4.height - BAND - 50)
    .stroke(gold);
  doc
    .lineWidth(0.7)
    .rect(33, BAND + 27, A4.width - 66, A4.height - BAND - 60)
    .stroke(gold);
}
