import type { Limits } from '../../../channels/social.ts';

export interface Shape {
  name: string;
  width: number;
  height: number;
}

/** What people cut pictures to where a network takes any. */
const USUAL: Shape[] = [
  { name: '16:9', width: 16, height: 9 },
  { name: '1.91:1', width: 191, height: 100 },
  { name: '1:1', width: 1, height: 1 },
  { name: '4:5', width: 4, height: 5 },
  { name: '9:16', width: 9, height: 16 },
];

/** The shapes that a picture may be cut to for a network; none where it shows no pictures. */
export const shapesOf = ({ pictures, ratios }: Limits): Shape[] => (pictures ? (ratios ?? USUAL) : []);

/** Which side of a picture stays when it is cut: sharp's names. */
export const KEEPS = ['centre', 'top', 'bottom', 'left', 'right'] as const;

/** What a picture is cut to for a network. Null where it fits as it is. */
export function shapeFor(
  { width, height }: { width: number | null; height: number | null },
  limits: Limits,
  wanted?: string,
): Shape | null {
  const chosen = shapesOf(limits).find(({ name }) => name === wanted);
  if (chosen || !limits.ratios?.length || !width || !height) return chosen ?? null;
  const { ratios } = limits;
  const all = ratios.map((ratio) => ratio.width / ratio.height);
  const is = width / height;
  if (is >= Math.min(...all) && is <= Math.max(...all)) return null;
  return ratios.reduce((best, ratio) =>
    Math.abs(ratio.width / ratio.height - is) < Math.abs(best.width / best.height - is) ? ratio : best,
  );
}
