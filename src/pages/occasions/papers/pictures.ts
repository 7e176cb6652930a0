import { loadSharp } from '../../../media/sharp.ts';
import { paintedDrawing } from '../art.ts';
import { lookOf } from '../designs.ts';
import { moodOf } from '../words.ts';
import type { PaperPage } from './paper-page.ts';

/** Drawing and colours of a page's papers, which are always by day. */
export const lookOfPaper = ({ kind, content }: PaperPage) => lookOf(content.design, moodOf(kind));

/** The drawing of a page, as wide as it is asked for. @param box in pixels */
export async function drawingFor(page: PaperPage, box: { width: number; height: number }): Promise<Buffer> {
  const { design, palette } = lookOfPaper(page);
  const sharp = await loadSharp();
  return sharp(Buffer.from(paintedDrawing(design, palette)), { density: 144 })
    .resize({ ...box, fit: 'cover' })
    .flatten()
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** A square of a photograph around what matters in it. @param side in pixels */
export async function squareOf(
  { bytes, x, y }: NonNullable<PaperPage['photo']>,
  side: number,
): Promise<Buffer> {
  const sharp = await loadSharp();
  const { width = 0, height = 0 } = await sharp(bytes).metadata();
  const short = Math.min(width, height);
  const from = (hundredths: number, of: number) =>
    Math.round(Math.min(of - short, Math.max(0, (hundredths / 100) * of - short / 2)));
  const part = { left: from(x, width), top: from(y, height), width: short, height: short };
  return sharp(bytes).extract(part).resize(side, side).jpeg({ quality: 88 }).toBuffer();
}

/** Without the little pictures that our fonts do not have. */
export const withoutEmoji = (text: string): string =>
  text.replace(/[\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}\u{1F3FB}-\u{1F3FF}\uFE0F]/gu, '').trim();
