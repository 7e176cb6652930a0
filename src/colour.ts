type Rgb = readonly [number, number, number];

/** What a colour of action needs around it, each as #rrggbb. */
export interface Accent {
  accent: string;
  hover: string;
  /** Words upon it. */
  on: string;
  /** A ground of its kind, and the line around that. */
  soft: string;
  line: string;
}

/** WCAG 2.2, 1.4.3: text of ordinary size. */
const AA = 4.5;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** The grounds of templates/assets/tokens.css on which accents are read; the farthest from the ink last. */
const LIGHT = { surface: '#fffdf7', worst: '#f3ecda', on: '#fffdf7' };
const DARK = { surface: '#17201c', worst: '#1f2a25', on: '#0b110e' };

/** Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(rgbOf(one)), luminance(rgbOf(other))].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/**
 * The nearest shade of a colour that can be read as text on every light ground of ours; itself where it can.
 * @param colour #rrggbb
 */
export const readableShade = (colour: string): string => until(colour, BLACK, LIGHT.worst);

/**
 * The colours of both themes around one that is readable on light grounds; on dark ones it is made
 * lighter until it is read there too.
 */
export function accentsOf(colour: string): { light: Accent; dark: Accent } {
  const light = readableShade(colour);
  const dark = until(hexOf(mixed(rgbOf(light), WHITE, 0.4)), WHITE, DARK.worst, AA + 1);
  return {
    light: around(light, LIGHT, hexOf(mixed(rgbOf(light), BLACK, 0.22))),
    dark: around(dark, DARK, hexOf(mixed(rgbOf(dark), WHITE, 0.3))),
  };
}

function around(accent: string, { surface, on }: { surface: string; on: string }, hover: string): Accent {
  const upon = (share: number) => hexOf(mixed(rgbOf(surface), rgbOf(accent), share));
  const soft = [0.16, 0.12, 0.08, 0.04].map(upon).find((ground) => contrast(accent, ground) >= AA) ?? surface;
  return { accent, hover, on, soft, line: upon(0.38) };
}

/** Mixed with black or white, a little more each time, until it is read on the ground. */
function until(colour: string, end: Rgb, ground: string, least = AA): string {
  for (let share = 0; share < 1; share += 0.02) {
    const shade = hexOf(mixed(rgbOf(colour), end, share));
    if (contrast(shade, ground) >= least) return shade;
  }
  return hexOf(end);
}

const mixed = (one: Rgb, other: Rgb, share: number): Rgb => {
  const part = (index: 0 | 1 | 2) => Math.round(one[index] * (1 - share) + other[index] * share);
  return [part(0), part(1), part(2)];
};

function rgbOf(hex: string): Rgb {
  const whole = Number.parseInt(hex.slice(1), 16);
  return [whole >> 16, (whole >> 8) & 255, whole & 255];
}

const hexOf = ([red, green, blue]: Rgb): string =>
  `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`;

function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
