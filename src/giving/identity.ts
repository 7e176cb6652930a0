/**
 * A PAN as the Income Tax Department gives it: five letters of which the fourth tells the kind of holder,
 * four figures, a letter (Rule 114 of the Income-tax Rules). @returns null for anything else
 */
export function readPan(text: string): string | null {
  const typed = bare(text);
  return /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(typed) ? typed : null;
}

/** A passport's number, of any country: 6 to 12 letters and figures (ICAO Doc 9303 has nine). */
export function readPassport(text: string): string | null {
  const typed = bare(text);
  return /^(?=.*\d)[A-Z0-9]{6,12}$/.test(typed) ? typed : null;
}

const bare = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/[\s-]+/g, '')
    .toUpperCase();
