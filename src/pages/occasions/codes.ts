import { randomInt } from 'node:crypto';

/** Crockford's base 32: nothing that reads as something else. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const draw = (length: number) =>
  Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)] as string).join('');

/** 40 random bits: what guesses it sees fewer pages than what walks the list of the public ones. */
export const newOccasionCode = (): string => draw(8);

/** What guests type: 35 random bits behind a limit of tries, and short enough for an invitation card. */
export const newGuestCode = (): string => draw(7);

/** What is sent to a telephone or mailbox to prove it: six figures. */
export const newContactCode = (): string => String(randomInt(1_000_000)).padStart(6, '0');

/** As people type a code: capitals, blanks and hyphens do not count, and what reads alike is alike. */
export const readCode = (typed: string): string =>
  typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');

/** The number of a page for the telephone, `OC-48213-7`: seven figures, and one by which a slip is noticed. */
export function newOccasionNumber(): string {
  const figures = String(randomInt(10_000_000)).padStart(7, '0');
  return `OC-${figures}-${checkFigure(figures)}`;
}

/** A number as somebody reads it out; null when it is none, or a figure is wrong. */
export function readOccasionNumber(typed: string): string | null {
  const [, figures, check] = /^(?:oc)?(\d{7})(\d)$/.exec(typed.toLowerCase().replace(/[\s-]/g, '')) ?? [];
  return figures && checkFigure(figures) === check ? `OC-${figures}-${check}` : null;
}

/** ISO/IEC 7064, MOD 11-10: finds every single wrong figure and nearly every two that changed places. */
function checkFigure(figures: string): string {
  let product = 10;
  for (const figure of figures) {
    const sum = (Number(figure) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}
