import type { Doc } from '../../../giving/paper.ts';
import { type Language, translate } from '../../../i18n.ts';
import { coloursOf } from '../art.ts';
import { kindWords, moodOf, namesOf } from '../words.ts';
import { dayHeight, drawDay } from './invitation-day.ts';
import { DIVIDER, drawDivider, drawPaper, RISE } from './invitation-frame.ts';
import type { PaperPage } from './paper-page.ts';
import { drawingFor, lookOfPaper, squareOf, withoutEmoji } from './pictures.ts';
import { A5, drawFoot, drawQr, highOf, openSheet, purposeOf, type Words, write } from './sheet.ts';

const LEFT = 44;
const WIDTH = A5.width - 2 * LEFT;
const PHOTO = 124;
const QR = 84;
const ONE_LINE = 25;
const FOOT = A5.height - 74;
const ASK = { top: FOOT - 14 - (QR + 24), height: QR + 24 };

interface Drawing {
  language: Language;
  colour(name: string): string;
}

/** An invitation to print or to send: A5, with the names, the day, the family's words, and a code to the page. */
export async function drawInvitation(page: PaperPage, language: Language): Promise<Buffer> {
  const { doc, done } = openSheet(page, language, A5);
  const colours = coloursOf(lookOfPaper(page).palette);
  const drawing: Drawing = { language, colour: (name) => colours[name] as string };
  const low = lowOf(page);
  const art = await drawingFor(page, { width: 1260, height: Math.round((1260 * low) / A5.width) });
  doc.image(art, 0, 0, { width: A5.width, height: low });
  drawPaper(doc, low, { surface: drawing.colour('--surface'), gold: drawing.colour('--gold-bright') });
  let top = low - RISE + 22;
  if (page.photo) {
    await drawPhoto(doc, page.photo, {
      top: low - RISE - PHOTO * 0.62,
      gold: drawing.colour('--gold-bright'),
    });
    top = low - RISE + PHOTO * 0.38 + 12;
  }
  drawMiddle(doc, partsOf(doc, page, drawing), { top, bottom: ASK.top - 10 });
  await drawAsk(doc, page, drawing);
  drawFoot(doc, page, { x: LEFT, width: WIDTH, y: FOOT, language, colour: drawing.colour('--ink-2') });
  doc.end();
  return done;
}

/** How low the drawing reaches: further where a family wrote nothing, so that the sheet never looks empty. */
const lowOf = ({ content, photo }: PaperPage): number =>
  content.line || content.from ? (photo ? 164 : 182) : photo ? 206 : 226;

/** One part of what stands in the middle: how high it is, and how far from the one above. */
interface Part {
  height: number;
  gap: number;
  draw(y: number): void;
}

/** All that is said, from the top down. */
function partsOf(doc: Doc, page: PaperPage, { language, colour }: Drawing): Part[] {
  const { content, kind, photo } = page;
  const mood = moodOf(kind);
  const spacious = !content.line && !photo;
  const said = (text: string, words: Omit<Words, 'x' | 'y' | 'width'>, gap: number): Part => {
    const all = { ...words, x: LEFT, y: 0, width: WIDTH };
    return { height: highOf(doc, text, all), gap, draw: (y: number) => write(doc, text, { ...all, y }) };
  };
  const [ink, quiet, gold] = [colour('--ink'), colour('--ink-2'), colour('--gold-bright')];
  return [
    // "Another day" is a word for the list of kinds, not for guests.
    said(
      mood === 'plain' ? '' : kindWords(kind, language),
      { size: 12, font: 'bold', colour: colour('--gold-ink') },
      0,
    ),
    said(namesOf(content), { ...nameSize(doc, namesOf(content), spacious), font: 'bold', colour: ink }, 2),
    { height: DIVIDER, gap: spacious ? 8 : 4, draw: (y: number) => drawDivider(doc, y, { mood, gold }) },
    {
      height: dayHeight({ content, mood }),
      gap: 8,
      draw: (y: number) => drawDay(doc, y, { content, language, mood, colour }),
    },
    said(content.line, { size: 12.5, colour: ink, height: 56 }, 8),
    said(content.from, { size: 10.5, font: 'bold', colour: quiet, height: 17 }, 4),
  ].filter(({ height }) => height > 0);
}

/** Names stay in one line while that is large enough to be read across a table. */
function nameSize(doc: Doc, names: string, spacious: boolean): { size: number; height: number } {
  const [largest, height] = spacious ? [38, 100] : [30, 84];
  for (let size = largest; size >= ONE_LINE; size--)
    if (doc.font('bold', size).widthOfString(withoutEmoji(names)) <= WIDTH) return { size, height };
  return { size: ONE_LINE, height };
}

/** In the middle between what is above and below; what little room is left is shared by the gaps. */
function drawMiddle(doc: Doc, parts: Part[], { top, bottom }: { top: number; bottom: number }): void {
  const high = parts.reduce((sum, { height, gap }, n) => sum + height + (n ? gap : 0), 0);
  const left = bottom - top - high;
  const more = Math.min(8, Math.max(0, left / 3 / parts.length));
  let y = top + Math.max(0, (left - more * (parts.length - 1)) / 2);
  for (const [n, { height, gap, draw }] of parts.entries()) {
    y += n ? gap + more : 0;
    draw(y);
    y += height;
  }
  doc.y = y;
}

async function drawPhoto(
  doc: Doc,
  photo: NonNullable<PaperPage['photo']>,
  { top, gold }: { top: number; gold: string },
): Promise<void> {
  const radius = PHOTO / 2;
  const [x, y] = [A5.width / 2, top + radius];
  doc.circle(x, y, radius + 6).fill('#ffffff');
  doc.save().circle(x, y, radius).clip();
  doc.image(await squareOf(photo, 520), x - radius, top, { width: PHOTO, height: PHOTO }).restore();
  doc
    .circle(x, y, radius + 1.5)
    .lineWidth(2)
    .stroke(gold)
    .circle(x, y, radius + 6)
    .lineWidth(0.8)
    .stroke(gold);
}

/** What guests are asked for, and how they come to the page. */
async function drawAsk(doc: Doc, page: PaperPage, { language, colour }: Drawing): Promise<void> {
  const { top, height } = ASK;
  doc.roundedRect(LEFT - 8, top, WIDTH + 16, height, 10).fill(colour('--accent-soft'));
  await drawQr(doc, page, { x: LEFT + 10, y: top + 12, width: QR });
  const line = { x: LEFT + QR + 34, width: WIDTH - QR - 38, align: 'left' as const };
  const { guestCode } = page;
  const said = (key: string, values: Record<string, string>) =>
    translate(language, `occasion.paper.${key}`, values);
  const lines: [text: string, words: Words][] = [
    [
      said(`ask.${moodOf(page.kind)}`, { for: purposeOf(page, language) }),
      { ...line, y: 0, size: 12.5, font: 'bold', colour: colour('--ink'), height: 54 },
    ],
    [page.url.replace(/^https?:\/\//, ''), { ...line, y: 0, size: 9.5, colour: colour('--accent') }],
    [
      guestCode ? said('code', { code: spaced(guestCode) }) : '',
      { ...line, y: 0, size: 10.5, font: 'bold', colour: colour('--ink') },
    ],
  ];
  const high = lines.reduce((sum, [text, words]) => sum + highOf(doc, text, words), 0);
  let y = top + Math.max(8, (height - high - 10) / 2);
  for (const [text, words] of lines) y = write(doc, text, { ...words, y }) + 5;
}

/** A code as it is read out: in two parts. */
export const spaced = (code: string): string => `${code.slice(0, 3)}-${code.slice(3)}`;
