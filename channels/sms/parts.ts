/** How a text is carried: 7-bit letters of GSM, or 16-bit ones for everything else (3GPP TS 23.038). */
export interface Parts {
  alphabet: 'gsm-7' | 'ucs-2';
  /** Septets or UTF-16 units. */
  units: number;
  parts: number;
  /** Units that still fit without another part. */
  left: number;
}

/** 3GPP TS 23.038 section 6.2.1; without the escape itself. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Section 6.2.1.1: each takes two places, an escape before it. */
const EXTENSION = new Set('^{}\\[~]|€\f');

/** Alone, and when joined: then each part has a header that says which it is (TS 23.040 section 9.2.3.24.1). */
const ROOM = { 'gsm-7': { alone: 160, joined: 153 }, 'ucs-2': { alone: 70, joined: 67 } } as const;

/** Counts a text as networks bill it. What takes two places is never torn by the end of a part. */
export function partsOf(text: string): Parts {
  const letters = [...text];
  const alphabet = letters.every((one) => BASIC.has(one) || EXTENSION.has(one)) ? 'gsm-7' : 'ucs-2';
  const sizes = letters.map((one) => (alphabet === 'ucs-2' ? one.length : EXTENSION.has(one) ? 2 : 1));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, joined } = ROOM[alphabet];
  if (units <= alone) return { alphabet, units, parts: 1, left: alone - units };
  let [parts, used] = [1, 0];
  for (const size of sizes) {
    if (used + size > joined) [parts, used] = [parts + 1, 0];
    used += size;
  }
  return { alphabet, units, parts, left: joined - used };
}
