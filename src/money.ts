/** Rupees that a person typed, in whole paise, or what is wrong with them. */
export type TypedAmount = { ok: true; paise: bigint } | { ok: false; fault: AmountFault };
export type AmountFault = 'empty' | 'unreadable' | 'fraction' | 'negative' | 'huge';

/** ₹1,000 crore: what is longer is a slip of the finger, whoever reads it. */
const MOST = 1_000_000_000_000n;

/**
 * Reads rupees as people write them: `1500`, `₹1,50,000.50`, `Rs. 500/-`, `൧,൫൦൦`. Digits may be Malayalam
 * or full-width, groups Indian or of three. Nothing is rounded and nothing guessed: `1,50` and `1.500` are
 * read otherwise elsewhere, so they are refused.
 */
export function readRupees(text: string): TypedAmount {
  const typed = plain(text);
  if (!typed) return { ok: false, fault: 'empty' };
  if (/^[-−–]/.test(typed) && /\d/.test(typed)) return { ok: false, fault: 'negative' };
  const [, whole, fraction = ''] = /^(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.(\d+))?$/.exec(typed) ?? [];
  if (whole === undefined) return { ok: false, fault: 'unreadable' };
  if (fraction.length > 2) return { ok: false, fault: 'fraction' };
  const digits = whole.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  if (digits.length > 13) return { ok: false, fault: 'huge' };
  const paise = BigInt(digits) * 100n + BigInt(fraction.padEnd(2, '0'));
  return paise > MOST ? { ok: false, fault: 'huge' } : { ok: true, paise };
}

/** Without what stands around the figures: blanks, the currency, `/-`. */
function plain(text: string): string {
  return text
    .slice(0, 200)
    .replace(/[൦-൯]/g, (digit) => String(digit.charCodeAt(0) - 0x0d66))
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200d]+/g, '')
    .replace(/^([-−–]?)(?:₹|rs\.?|inr|രൂപ)/i, '$1')
    .replace(/(?:\/[-=]|രൂപ|rupees?)$/i, '');
}
