import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { bytesOf, type Doc, drawMark, useFonts } from '../../../giving/paper.ts';
import { type Language, translate } from '../../../i18n.ts';
import { titleOf } from '../words.ts';
import type { PaperPage } from './paper-page.ts';
import { withoutEmoji } from './pictures.ts';

/** Points. */
export const A4 = { width: 595.28, height: 841.89 };
export const A5 = { width: 419.53, height: 595.28 };

export interface Box {
  x: number;
  y: number;
  width: number;
}

/** Opens a sheet of one page. @returns it, and its bytes once it is ended */
export function openSheet(
  page: PaperPage,
  language: Language,
  size: { width: number; height: number },
): { doc: Doc; done: Promise<Buffer> } {
  const { at, organisation } = page;
  const title = withoutEmoji(titleOf(page, language));
  const info = { Title: title, Author: organisation[language], CreationDate: at, ModDate: at };
  const doc = new PDFDocument({ size: [size.width, size.height], margin: 0, lang: language, info });
  const done = bytesOf(doc);
  useFonts(doc);
  return { doc, done };
}

export interface Words extends Box {
  font?: 'regular' | 'bold';
  /** Points; it is set smaller until it fits into `height`. */
  size: number;
  colour: string;
  height?: number;
  align?: 'left' | 'center';
}

const SMALLEST = 8;
const TALLEST = 400;

/** Sets a text, and says where the next may begin. Nothing is set for an empty one. @returns points from the top */
export function write(doc: Doc, text: string, words: Words): number {
  const high = highOf(doc, text, words);
  if (!high) return words.y;
  const { colour, x, y, width, height = TALLEST, align = 'center' } = words;
  doc.fillColor(colour).text(withoutEmoji(text), x, y, { width, height: height + 1, align, ellipsis: true });
  return y + high;
}

/** How high a text will stand, in the size in which it fits; the paper is left at that size. 0 for an empty one. */
export function highOf(doc: Doc, text: string, words: Omit<Words, 'x' | 'y'>): number {
  const said = withoutEmoji(text);
  if (!said) return 0;
  const { font = 'regular', width, height = TALLEST } = words;
  let { size } = words;
  const high = () => doc.font(font, size).heightOfString(said, { width });
  while (high() > height && size > SMALLEST) size -= 1;
  return Math.min(high(), height);
}

/** The code that leads to the page, on white. */
export async function drawQr(doc: Doc, { url }: PaperPage, { x, y, width }: Box): Promise<void> {
  const code = await QRCode.toBuffer(url, { margin: 0, scale: 10, errorCorrectionLevel: 'M' });
  doc.roundedRect(x - 8, y - 8, width + 16, width + 16, 6).fill('#ffffff');
  doc.image(code, x, y, { width, height: width });
}

/** Whose hands the money is in: our mark and names, below. */
export function drawFoot(
  doc: Doc,
  page: PaperPage,
  { language, colour, ...box }: Box & { language: Language; colour: string },
): void {
  drawMark(doc, box.x + box.width / 2 - 11, box.y, 0.55);
  const said = `${translate(language, 'site.name')} · ${page.organisation[language]}`;
  write(doc, said, { ...box, y: box.y + 26, size: 9, colour, height: 26 });
}

/** What a gift at the page is for, as a sentence takes it. */
export function purposeOf({ project }: PaperPage, language: Language): string {
  const title = project?.[language] || project?.[language === 'ml' ? 'en' : 'ml'];
  return title ? `“${title}”` : translate(language, 'occasion.paper.fund');
}
