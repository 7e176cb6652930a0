/** How a network marks what is put into a registered text, and how long that may be. */
export interface Places {
  mark: RegExp;
  most: number;
}

/** India's DLT: one value for each mark, in order. TRAI allows 30 characters in each. */
export const DLT: Places = { mark: /\{#[a-z]{1,20}#\}/g, most: 30 };
/** WhatsApp's templates: numbered or named; a number that stands twice is one value. */
export const BRACES: Places = { mark: /\{\{\s*[a-z0-9_]{1,40}\s*\}\}/g, most: 1024 };

/** The marks of a text, in order; one that stands several times counts once where marks have names. */
export function placesIn(body: string, { mark }: Places): string[] {
  const all = body.match(mark) ?? [];
  return mark === BRACES.mark ? [...new Set(all.map(bare))] : all;
}

/** The text with its values put in. Missing ones are empty. */
export function fillPlaces(body: string, values: string[], places: Places): string {
  const names = placesIn(body, places);
  let next = 0;
  return body.replace(places.mark, (mark) => {
    const at = places.mark === BRACES.mark ? names.indexOf(bare(mark)) : next++;
    return values[at] ?? '';
  });
}

/**
 * Whether a text can have been made from a registered one, as an operator compares them: each place holds
 * 1 to `most` characters. Looks at each pair of offsets once, so that no text makes it slow.
 */
export function madeFrom(body: string, text: string, { mark, most }: Places): boolean {
  const fixed = body.split(mark);
  let reached = new Set([0]);
  for (const [n, words] of fixed.entries()) {
    const from = n === 0 ? reached : widened(reached, { most, end: text.length });
    reached = new Set([...from].filter((at) => text.startsWith(words, at)).map((at) => at + words.length));
  }
  return reached.has(text.length);
}

function widened(reached: Set<number>, { most, end }: { most: number; end: number }): Set<number> {
  const wide = new Set<number>();
  for (const at of reached)
    for (let length = 1; length <= most && at + length <= end; length++) wide.add(at + length);
  return wide;
}

const bare = (mark: string): string => mark.replace(/\s/g, '');
