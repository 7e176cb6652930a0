import type { Language } from '../i18n.ts';

/**
 * An amount in words, as a receipt has it: "Rupees one lakh twenty thousand only", "ഒരു ലക്ഷത്തി
 * ഇരുപതിനായിരം രൂപ മാത്രം".
 *
 * @param paise whole paise, not negative
 */
export function amountInWords(paise: bigint, language: Language): string {
  const [rupees, rest] = [paise / 100n, Number(paise % 100n)];
  if (language === 'ml') {
    const parts = [rupees && `${inMalayalam(rupees)} രൂപ`, rest && `${inMalayalam(BigInt(rest))} പൈസ`];
    return `${parts.filter(Boolean).join(' ') || 'പൂജ്യം രൂപ'} മാത്രം`;
  }
  const parts = [
    rupees || !rest ? `${rupees === 1n ? 'Rupee' : 'Rupees'} ${inEnglish(rupees)}` : '',
    rest ? `${inEnglish(BigInt(rest))} paise` : '',
  ];
  const said = `${parts.filter(Boolean).join(' and ')} only`;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

const CRORE = 10_000_000n;
const LAKH = 100_000n;

const ONES = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'],
  ...['twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

function inEnglish(n: bigint): string {
  if (n >= CRORE) return joined(`${inEnglish(n / CRORE)} crore`, n % CRORE);
  if (n >= LAKH) return joined(`${inEnglish(n / LAKH)} lakh`, n % LAKH);
  if (n >= 1000n) return joined(`${inEnglish(n / 1000n)} thousand`, n % 1000n);
  if (n >= 100n) return joined(`${ONES[Number(n / 100n)]} hundred`, n % 100n, ' and ');
  const small = Number(n);
  if (small < 20) return ONES[small] as string;
  return [TENS[Math.floor(small / 10)], small % 10 ? ONES[small % 10] : ''].filter(Boolean).join('-');
}

const joined = (head: string, rest: bigint, between = ' ') =>
  rest ? `${head}${between}${inEnglish(rest)}` : head;

const SMALL = [
  ...['പൂജ്യം', 'ഒന്ന്', 'രണ്ട്', 'മൂന്ന്', 'നാല്', 'അഞ്ച്', 'ആറ്', 'ഏഴ്', 'എട്ട്', 'ഒമ്പത്', 'പത്ത്', 'പതിനൊന്ന്', 'പന്ത്രണ്ട്'],
  ...['പതിമൂന്ന്', 'പതിനാല്', 'പതിനഞ്ച്', 'പതിനാറ്', 'പതിനേഴ്', 'പതിനെട്ട്', 'പത്തൊമ്പത്'],
];
/** As they stand after tens: a vowel at the beginning gets its glide. */
const AFTER = ['', 'യൊന്ന്', 'രണ്ട്', 'മൂന്ന്', 'നാല്', 'യഞ്ച്', 'യാറ്', 'യേഴ്', 'യെട്ട്', 'യൊമ്പത്'];
const ROUND = ['', '', 'ഇരുപത്', 'മുപ്പത്', 'നാൽപ്പത്', 'അമ്പത്', 'അറുപത്', 'എഴുപത്', 'എൺപത്', 'തൊണ്ണൂറ്'];
const HUNDREDS = ['', 'നൂറ്', 'ഇരുനൂറ്', 'മുന്നൂറ്', 'നാനൂറ്', 'അഞ്ഞൂറ്', 'അറുനൂറ്', 'എഴുനൂറ്', 'എണ്ണൂറ്', 'തൊള്ളായിരം'];
/** Thousands that do not follow the rule. */
const THOUSANDS: Record<number, string> = {
  ...{ 1: 'ആയിരം', 3: 'മൂവായിരം', 5: 'അയ്യായിരം', 8: 'എണ്ണായിരം' },
  ...{ 10: 'പതിനായിരം', 13: 'പതിമൂവായിരം', 15: 'പതിനയ്യായിരം', 18: 'പതിനെണ്ണായിരം' },
};

function inMalayalam(n: bigint): string {
  if (n >= CRORE) return followed(`${counted(n / CRORE)} കോടി`, n % CRORE);
  if (n >= LAKH) return followed(`${counted(n / LAKH)} ലക്ഷം`, n % LAKH);
  if (n >= 1000n) return followed(thousands(Number(n / 1000n)), n % 1000n);
  if (n >= 100n) return followed(HUNDREDS[Number(n / 100n)] as string, n % 100n);
  return n === 1n ? 'ഒരു' : belowHundred(Number(n));
}

/** Before a noun one is `ഒരു`; as the end of a longer number it stays `ഒന്ന്`. */
const counted = (n: bigint) => (n === 1n ? 'ഒരു' : inMalayalam(n));

const ended = (n: bigint) => (n === 1n ? 'ഒന്ന്' : inMalayalam(n));

/** What goes on takes the joining form: `ലക്ഷത്തി`, `നൂറ്റി`; `കോടി` has it already. */
function followed(head: string, rest: bigint): string {
  if (!rest) return head;
  return `${head.replace(/ം$/, 'ത്തി').replace(/റ്$/, 'റ്റി')} ${ended(rest)}`;
}

function belowHundred(n: number): string {
  if (n < 20) return SMALL[n] as string;
  const round = ROUND[Math.floor(n / 10)] as string;
  if (n % 10 === 0) return round;
  return round.replace(/ത്$/, 'ത്തി').replace(/റ്$/, 'റ്റി') + AFTER[n % 10];
}

function thousands(n: number): string {
  return THOUSANDS[n] ?? belowHundred(n).replace(/ത്$/, 'തിന്').replace(/്$/, '').concat('ായിരം');
}
