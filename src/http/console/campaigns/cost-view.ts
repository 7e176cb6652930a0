import { estimateCost } from '../../../campaigns/phone/cost.ts';
import { formatAmount } from '../../../i18n.ts';
import type { Web } from '../../web.ts';
import type { Reading } from '../shell.ts';

/** What a message to telephones would cost now, who bears it, and what is left of the month's cap; null for others. */
export async function costOf(
  { ground }: Web,
  { t }: Reading,
  message: Parameters<typeof estimateCost>[1],
): Promise<{ cost: string; left: string | null; over: boolean } | null> {
  const estimate = await estimateCost(ground, message);
  if (!estimate) return null;
  const { cost, messages: count, bearer, cap, left } = estimate;
  const amount = formatAmount(cost);
  return {
    cost: bearer
      ? t('phone-cost.borne', { amount, count, bearer })
      : t('phone-cost.about', { amount, count }),
    left:
      left === null ? null : t('phone-cost.left', { left: formatAmount(left), cap: formatAmount(cap ?? 0n) }),
    over: left !== null && cost > left,
  };
}
