import { GatewayFailure } from '../../channels/gateway.ts';
import type { GatewaySubscription, SubscriptionState } from '../../channels/subscriptions.ts';
import { type AuditEntry, audit } from '../access/audit.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { gatewayOf, MONTHLY_MOST, type MonthlyGift, planOf, requireMonthlyGift } from './monthly.ts';
import { keepMonthly } from './monthly-follow.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'log'>;

/** What can be done with a monthly gift in a state. */
export const steps = ['pause', 'resume', 'cancel'] as const;
export type MonthlyStep = (typeof steps)[number];

const FROM: Record<MonthlyStep, readonly SubscriptionState[]> = {
  pause: ['active'],
  resume: ['paused'],
  cancel: ['created', 'authenticated', 'active', 'pending', 'halted', 'paused'],
};

export const mayStep = ({ state }: Pick<MonthlyGift, 'state'>, step: MonthlyStep): boolean =>
  FROM[step].includes(state);

/** A mandate by card takes another sum from the next month on; one by UPI never does. */
export const mayChangeAmount = ({ state, method }: Pick<MonthlyGift, 'state' | 'method'>): boolean =>
  state === 'active' && method === 'card';

/** Who changes it: `the donor` by their page, or staff. */
export type By = Pick<AuditEntry, 'actor' | 'origin'>;

/**
 * Pauses a monthly gift, goes on with it, or ends it for good; audited.
 *
 * @throws Refusal (404) when there is none, (409) when it is in another state, (503) when the gateway does
 *   not answer
 */
export async function stepMonthly(
  ground: Needs,
  { id, step }: { id: string; step: MonthlyStep },
  by: By,
): Promise<void> {
  const gift = await requireMonthlyGift(ground.sql, id);
  if (!mayStep(gift, step))
    throw new Refusal(say`This monthly gift is in another state by now. Please look again.`, 409);
  const { subscriptions } = await gatewayOf(ground, gift);
  const { gatewayId } = gift;
  if (gatewayId) await changed(ground, gift, () => subscriptions[step](gatewayId));
  else await ground.sql.query("UPDATE monthly_gift SET state = 'cancelled' WHERE id = $1", [id]);
  await note(ground, { id, action: `monthly.${PAST[step]}`, before: { state: gift.state } }, by);
}

const PAST = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' };

/**
 * Has another sum taken from the next month on; audited.
 *
 * @param amount paise
 * @throws Refusal for a sum outside the bounds, a mandate that keeps its sum, and as `stepMonthly`
 */
export async function changeMonthlyAmount(
  ground: Needs,
  { id, amount }: { id: string; amount: bigint },
  by: By,
): Promise<void> {
  const gift = await requireMonthlyGift(ground.sql, id);
  if (gift.method === 'upi')
    throw new Refusal(
      say`A monthly gift by UPI keeps its amount; your bank allows no other. Stop this one and begin another with the amount you wish.`,
      409,
    );
  if (!mayChangeAmount(gift))
    throw new Refusal(say`This monthly gift is in another state by now. Please look again.`, 409);
  if (amount < LEAST || amount > MONTHLY_MOST)
    throw new Refusal(say`A monthly gift is between ₹10 and ₹15,000.`);
  const { subscriptions } = await gatewayOf(ground, gift);
  await changed(ground, gift, async () =>
    subscriptions.changePlan(gift.gatewayId as string, await planOf(ground, gift, amount)),
  );
  await ground.sql.query('UPDATE monthly_gift SET next_amount = $2 WHERE id = $1', [id, amount]);
  const figures = { before: { paise: String(gift.amount) }, after: { paise: String(amount) } };
  await note(ground, { id, action: 'monthly.amount', ...figures }, by);
}

/** As the form of a gift has it. */
const LEAST = 1000n;

async function changed(
  ground: Needs,
  { id }: MonthlyGift,
  act: () => Promise<GatewaySubscription>,
): Promise<void> {
  const asked = ground.clock.now();
  try {
    await keepMonthly(ground, id, { told: await act(), asked });
  } catch (err) {
    if (!(err instanceof GatewayFailure)) throw err;
    ground.log.warn({ err, monthly: id }, 'a monthly gift could not be changed');
    throw err.kind === 'permanent'
      ? new Refusal(say`The payment gateway does not allow this now. Please write to us.`, 409)
      : new Refusal(
          say`The payment gateway does not answer just now. Please try again in some minutes; nothing is lost.`,
          503,
        );
  }
}

const note = (
  { sql }: Needs,
  { id, ...entry }: Pick<AuditEntry, 'action' | 'before' | 'after'> & { id: string },
  by: By,
) => audit(sql, { ...by, ...entry, subjectType: 'monthly-gift', subjectId: id });
