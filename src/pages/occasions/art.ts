import { readFileSync } from 'node:fs';
import type { Design, Palette } from './designs.ts';

const TEMPLATES = new URL('../../../templates/', import.meta.url);
const drawings = new Map<Design, string>();

/** The drawing of a look as SVG, whose colours are the tokens of where it stands; several can stand on one page. */
export function drawingOf(design: Design): string {
  const known = drawings.get(design);
  if (known) return known;
  const svg = readFileSync(new URL(`art/occasions/${design}.svg`, TEMPLATES), 'utf8').trim();
  const own = svg.replace(/(id="|#)o-/g, `$1o-${design}-`);
  drawings.set(design, own);
  return own;
}

/** The same with its colours by day, for pictures and papers, which know no tokens. */
export function paintedDrawing(design: Design, palette: Palette): string {
  const colours = coloursOf(palette);
  return drawingOf(design).replace(/var\((--[\w-]+)\)/g, (_all, name: string) => colours[name] ?? 'none');
}

let tokens: string | undefined;

/** The tokens of a palette by day, as #rrggbb. */
export function coloursOf(palette: Palette): Record<string, string> {
  tokens ??= readFileSync(new URL('assets/tokens.css', TEMPLATES), 'utf8');
  const ours = palette === 'calm' ? '' : blockAfter(tokens, `[data-mood="${palette}"] {`);
  const pairs = (blockAfter(tokens, ':root, [data-mood="calm"] {') + ours).matchAll(/(--[\w-]+): (#\w{6})/g);
  return Object.fromEntries([...pairs].map(([, name, colour]) => [name, colour]));
}

const blockAfter = (css: string, head: string): string => {
  const begins = css.indexOf(head) + head.length;
  return css.slice(begins, css.indexOf('}', begins));
};
