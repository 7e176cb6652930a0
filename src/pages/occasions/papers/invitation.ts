import { type Language, translate } from '../../../i18n.ts';
import { coloursOf } from '../art.ts';
import { dayWords, kindWords, moodOf, namesOf } from '../words.ts';
import type { PaperPage } from './paper-page.ts';
import { drawingFor, lookOfPaper, squareOf } from './pictures.ts';
import { A5, drawFoot, drawQr, openSheet, purposeOf, write } from './sheet.ts';

const LEFT = 40;
const WIDTH = A5.width - 2 * LEFT;
const BAND = 150;
const PHOTO = 108;
const QR = 96;

/** An invitation to print or to send: A5, with the names, the day, the family's words, and a code to the page. */
export async function drawInvitation(page: PaperPage, language: Language): Promise<Buffer> {
  const { doc, done } = openSheet(page, language, A5);
  const colours = coloursOf(lookOfPaper(page).palette) as Record<`--${string}`, string>;
  const colour = (name: `--${string}`) => colours[name] as string;
  doc.rect(0, 0, A5.width, A5.height).fill(colour('--surface'));
  const drawing = await drawingFor(page, { width: 1260, height: Math.round((1260 * BAND) / A5.width) });
  doc.image(drawing, 0, 0, { width: A5.width, height: BAND });
  doc.rect(0, BAND, A5.width, 2.5).fill(colour('--gold-bright'));
  doc.rect(0, BAND + 4.5, A5.width, 0.8).fill(colour('--gold-bright'));
  let y = BAND + 22;
  if (page.photo) {
    await drawPhoto(doc, page.photo, colour('--gold-bright'));
    y = BAND + PHOTO / 2 + 14;
  }
  const { content, kind } = page;
  const line = { x: LEFT, width: WIDTH };
  y = write(doc, kindWords(kind, language), {
    ...line,
    y,
    size: 11,
    font: 'bold',
    colour: colour('--gold-ink'),
  });
  y = write(doc, namesOf(content), {
    ...line,
    y: y + 2,
    size: 28,
    font: 'bold',
    colour: colour('--ink'),
    height: 86,
  });
  y = write(doc, dayWords(content, language), { ...line, y: y + 2, size: 12, colour: colour('--ink-2') });
  y = write(doc, content.line, { ...line, y: y + 8, size: 13, colour: colour('--ink'), height: 58 });
  write(doc, content.from, { ...line, y: y + 4, size: 10, colour: colour('--ink-2'), height: 16 });
  await drawAsk(doc, page, { language, colour });
  drawFoot(doc, page, { ...line, y: A5.height - 58, language, colour: colour('--ink-2') });
  doc.end();
  return done;
}

type Doc = ReturnType<typeof openSheet>['doc'];

async function drawPhoto(doc: Doc, photo: NonNullable<PaperPage['photo']>, ring: string): Promise<void> {
  const [x, y, radius] = [A5.width / 2, BAND - 4, PHOTO / 2];
  doc.circle(x, y, radius + 4).fill('#ffffff');
  doc.save().circle(x, y, radius).clip();
  doc.image(await squareOf(photo, 460), x - radius, y - radius, { width: PHOTO, height: PHOTO }).restore();
  doc
    .circle(x, y, radius + 2)
    .lineWidth(1.5)
    .stroke(ring);
}

/** What guests are asked for, and how they come to the page. */
async function drawAsk(
  doc: Doc,
  page: PaperPage,
  { language, colour }: { language: Language; colour(name: `--${string}`): string },
): Promise<void> {
  const top = A5.height - 58 - QR - 34;
  doc.roundedRect(LEFT - 6, top - 10, WIDTH + 12, QR + 24, 8).fill(colour('--accent-soft'));
  await drawQr(doc, page, { x: LEFT + 10, y: top + 2, width: QR });
  const line = { x: LEFT + QR + 34, width: WIDTH - QR - 40, align: 'left' as const };
  const ask = translate(language, `occasion.paper.ask.${moodOf(page.kind)}`, {
    for: purposeOf(page, language),
  });
  let y = write(doc, ask, { ...line, y: top, size: 11, font: 'bold', colour: colour('--ink'), height: 58 });
  y = write(doc, page.url.replace(/^https?:\/\//, ''), {
    ...line,
    y: y + 6,
    size: 9.5,
    colour: colour('--accent'),
  });
  const { guestCode } = page;
  const code = guestCode ? translate(language, 'occasion.paper.code', { code: spaced(guestCode) }) : '';
  write(doc, code, { ...line, y: y + 4, size: 10, font: 'bold', colour: colour('--ink') });
}

/** A code as it is read out: in two parts. */
export const spaced = (code: string): string => `${code.slice(0, 3)}-${code.slice(3)}`;
