import { type Language, translate } from '../../../i18n.ts';
import { coloursOf } from '../art.ts';
import { dayWords, moodOf, namesOf } from '../words.ts';
import { spaced } from './invitation.ts';
import type { PaperPage } from './paper-page.ts';
import { drawingFor, lookOfPaper } from './pictures.ts';
import { A4, drawFoot, drawQr, openSheet, purposeOf, write } from './sheet.ts';

const HALF = A4.height / 2;
const BAND = 92;
const LEFT = 56;
const WIDTH = A4.width - 2 * LEFT;
const QR = 150;

/** A card for tables: A4, folded once it stands by itself and reads from both sides. */
export async function drawTableCard(page: PaperPage, language: Language): Promise<Buffer> {
  const { doc, done } = openSheet(page, language, A4);
  const drawing = await drawingFor(page, { width: 1400, height: Math.round((1400 * BAND) / A4.width) });
  doc.save().rotate(180, { origin: [A4.width / 2, HALF / 2] });
  await drawSide(doc, page, { language, drawing });
  doc.restore().save().translate(0, HALF);
  await drawSide(doc, page, { language, drawing });
  doc.restore();
  doc.moveTo(0, HALF).lineTo(A4.width, HALF).lineWidth(0.5).dash(4, { space: 4 }).stroke('#85795f').undash();
  write(doc, translate(language, 'occasion.paper.fold'), {
    ...{ x: 0, y: HALF + 3, width: A4.width - 8, size: 8, colour: '#5f6860', align: 'left' },
  });
  doc.end();
  return done;
}

interface Side {
  language: Language;
  drawing: Buffer;
}

/** One side, as if it were the upper half of the sheet. */
async function drawSide(
  doc: ReturnType<typeof openSheet>['doc'],
  page: PaperPage,
  { language, drawing }: Side,
): Promise<void> {
  const colours = coloursOf(lookOfPaper(page).palette);
  const colour = (name: string) => colours[name] as string;
  doc.rect(0, 0, A4.width, HALF).fill(colour('--surface'));
  doc.image(drawing, 0, 0, { width: A4.width, height: BAND });
  doc.rect(0, BAND, A4.width, 2.5).fill(colour('--gold-bright'));
  const line = { x: LEFT, width: WIDTH };
  const { content } = page;
  let y = write(doc, namesOf(content), {
    ...line,
    y: BAND + 18,
    size: 30,
    font: 'bold',
    colour: colour('--ink'),
    height: 50,
  });
  y = write(doc, dayWords(content, language), { ...line, y: y + 2, size: 12, colour: colour('--ink-2') });
  await drawQr(doc, page, { x: LEFT + 10, y: Math.max(y + 20, 190), width: QR });
  const right = { x: LEFT + QR + 44, width: WIDTH - QR - 44, align: 'left' as const };
  const ask = translate(language, `occasion.paper.ask.${moodOf(page.kind)}`, {
    for: purposeOf(page, language),
  });
  y = write(doc, ask, {
    ...right,
    y: Math.max(y + 16, 186),
    size: 17,
    font: 'bold',
    colour: colour('--accent'),
    height: 100,
  });
  y = write(doc, translate(language, 'project.poster.scan'), {
    ...right,
    y: y + 6,
    size: 11,
    colour: colour('--ink'),
  });
  y = write(doc, page.url.replace(/^https?:\/\//, ''), {
    ...right,
    y: y + 2,
    size: 10,
    colour: colour('--ink-2'),
  });
  const { guestCode } = page;
  const code = guestCode ? translate(language, 'occasion.paper.code', { code: spaced(guestCode) }) : '';
  write(doc, code, { ...right, y: y + 4, size: 12, font: 'bold', colour: colour('--ink') });
  drawFoot(doc, page, { ...line, y: HALF - 52, language, colour: colour('--ink-2') });
}
