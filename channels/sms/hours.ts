/** TRAI: nobody is written to for promotion outside 10:00 to 21:00 of India's clocks. */
const PROMOTION = { from: 10, to: 21 };
const IST_MS = 5.5 * 3_600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @returns when promotion may go, at or after `at`; India's clocks never change */
export function nextPromotion(at: Date): Date {
  const local = at.getTime() + IST_MS;
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  const [opens, closes] = [midnight + PROMOTION.from * HOUR_MS, midnight + PROMOTION.to * HOUR_MS];
  if (local < opens) return new Date(opens - IST_MS);
  if (local < closes) return at;
  return new Date(opens + DAY_MS - IST_MS);
}
