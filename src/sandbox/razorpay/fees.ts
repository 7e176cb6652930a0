/** The vendor's usual fee in parts of ten thousand; by UPI nothing is taken. */
const FEE = 200n;
/** GST on the fee, in parts of a hundred. */
const GST = 18n;

/** What a payment costs, in paise: `fee` holds `tax`. Halves are rounded up. */
export function feeOf(amount: number, method: string): { fee: number; tax: number } {
  if (method === 'upi') return { fee: 0, tax: 0 };
  const base = rounded(BigInt(amount) * FEE, 10_000n);
  const tax = rounded(base * GST, 100n);
  return { fee: Number(base + tax), tax: Number(tax) };
}

const rounded = (value: bigint, by: bigint): bigint => (value * 2n + by) / (by * 2n);
