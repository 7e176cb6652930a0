import type { Doc } from '../../../giving/paper.ts';
import type { Mood } from '../kinds.ts';
import { A5 } from './sheet.ts';

/** How far the frame stands from the edge of the sheet, and how round its corners are cut. */
const INSET = 18;
const CORNER = 11;
/** How far the paper rises into the drawing at the middle. */
export const RISE = 40;

const { width: W, height: H } = A5;

/** Where the paper begins under the drawing, as an arch. @param low its ends, in points from the top */
const arch = (doc: Doc, low: number, past = 0) =>
  doc.moveTo(-past, low).quadraticCurveTo(W / 2, low - 2 * RISE, W + past, low);

/** The paper below the drawing: an arch with two threads of gold, and a frame whose corners are cut in. */
export function drawPaper(doc: Doc, low: number, { surface, gold }: { surface: string; gold: string }): void {
  arch(doc, low).lineTo(W, H).lineTo(0, H).closePath().fill(surface);
  arch(doc, low, 4).lineWidth(2.6).stroke(gold);
  arch(doc, low + 5.5, 4)
    .lineWidth(0.8)
    .stroke(gold);
  frame(doc, { low, inset: INSET, corner: CORNER }, 1.2).stroke(gold);
  frame(doc, { low, inset: INSET + 4, corner: CORNER }, 0.5).stroke(gold);
}

interface Framed {
  low: number;
  inset: number;
  corner: number;
}

/** Open above, where the arch closes it. */
function frame(doc: Doc, { low, inset, corner }: Framed, thick: number): Doc {
  const [left, right, bottom, top] = [inset, W - inset, H - inset, low + 14];
  return doc
    .lineWidth(thick)
    .moveTo(left, top)
    .lineTo(left, bottom - corner)
    .quadraticCurveTo(left + corner, bottom - corner, left + corner, bottom)
    .lineTo(right - corner, bottom)
    .quadraticCurveTo(right - corner, bottom - corner, right, bottom - corner)
    .lineTo(right, top);
}

/** Height of what parts the names from the day. */
export const DIVIDER = 14;

/** Two threads with a flower between them; on a day of remembrance, a flame. @param y its upper edge */
export function drawDivider(doc: Doc, y: number, { mood, gold }: { mood: Mood; gold: string }): void {
  const [x, middle] = [W / 2, y + DIVIDER / 2];
  for (const side of [-1, 1])
    doc
      .moveTo(x + side * 14, middle)
      .lineTo(x + side * 78, middle)
      .lineWidth(0.8)
      .stroke(gold)
      .circle(x + side * 82, middle, 1.4)
      .fill(gold);
  doc.save().translate(x, middle);
  if (mood === 'memory') doc.path('M0-8C3-4 5-1.6 5 1.6A5 5 0 0 1-5 1.6C-5-1.6-3-4 0-8z').fill(gold);
  else flower(doc, gold);
  doc.restore();
}

function flower(doc: Doc, gold: string): void {
  for (let petal = 0; petal < 6; petal++) doc.rotate(60).ellipse(0, -4.6, 1.9, 3.4).fill(gold);
  doc.circle(0, 0, 1.7).fill('#ffffff');
}
