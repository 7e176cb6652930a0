import type { OverlayOptions } from 'sharp';
import { faces } from '../giving/paper.ts';
import { loadSharp } from '../media/sharp.ts';
import { escapeHtml } from './prose.ts';

export interface Line {
  /** Pixels. */
  size: number;
  colour: string;
  x: number;
  y: number;
  /** Between which it stands. */
  width: number;
  bold?: boolean;
  align?: 'left' | 'centre' | 'right';
  /** So high it may be, in several lines; it is set smaller until it fits. */
  lines?: number;
}

const SMALLEST = 20;

/** One text as a layer of a picture; nothing for an empty one. Pango shapes it, as browsers do. */
export async function lettering(words: string, line: Line): Promise<OverlayOptions[]> {
  if (!words.trim()) return [];
  const { size, colour, x, y, width, bold, align = 'left', lines = size * 2 } = line;
  const sharp = await loadSharp();
  const face = {
    font: `Noto Sans Malayalam${bold ? ' Bold' : ''} ${size}px`,
    fontfile: bold ? faces.bold : faces.regular,
  };
  const text = `<span foreground="${colour}">${escapeHtml(words)}</span>`;
  const drawing = sharp({ text: { text, ...face, rgba: true, dpi: 72, width, align, wrap: 'word-char' } });
  const { data, info } = await drawing.png().toBuffer({ resolveWithObject: true });
  if (info.height > lines && size > SMALLEST) return lettering(words, { ...line, size: size - 4 });
  const left = { left: 0, centre: (width - info.width) / 2, right: width - info.width }[align];
  return [{ input: data, left: x + Math.max(0, Math.round(left)), top: y }];
}
