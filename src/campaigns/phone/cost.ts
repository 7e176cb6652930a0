import { mergeFields } from '../../contacts/fields.ts';
import type { Sql } from '../../db.ts';
import { countAudience } from '../../deliveries/audience-count.ts';
import { isPhoneChannel, type PhoneAccountFacts, phoneAccount } from '../../deliveries/phone/accounts.ts';
import { costOf, spentIn } from '../../deliveries/phone/spend.ts';
import { compilePhoneText, type PhoneText } from '../../deliveries/phone/text.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { formatAmount } from '../../i18n.ts';
import { say } from '../../say.ts';
import { requireTargets } from '../audience.ts';
import type { Message } from '../messages.ts';
import { phoneTextsOf } from './contents.ts';
import { sampleValues } from './sample.ts';

/** What a message would cost if it left now; all money in paise. */
export interface CostEstimate {
  account: string;
  messages: number;
  cost: bigint;
  /** Of this month, what left already. */
  spent: bigint;
  /** Of a month; null is none. */
  cap: bigint | null;
  /** What of the cap is left. */
  left: bigint | null;
  bearer: string;
}

/** A field is taken to be as long as most names. */
const USUAL_LENGTH = 10;

type Costing = Pick<Ground, 'clock'> & { sql: Sql };
type Priced = Pick<Message, 'id' | 'version' | 'channel' | 'purpose' | 'audience' | 'fromAddress'>;

/**
 * Reckons what a message to telephones will cost: everybody it would reach now, by the parts of their
 * language's text.
 * @returns null for a message that costs nothing, or that nobody can count in time
 */
export async function estimateCost(ground: Costing, message: Priced): Promise<CostEstimate | null> {
  if (!isPhoneChannel(message.channel)) return null;
  const account = await phoneAccount(ground.sql, message.fromAddress);
  const texts = await phoneTextsOf(ground.sql, message);
  const counted = await countIt(ground, message, texts);
  if (!account.costs?.perMessage || !counted) return null;
  const { languages, total } = counted;
  const fields = await mergeFields(ground.sql);
  const prices = texts.map((text) => (languages[text.language] ?? 0) * priceOf(account, text, fields));
  const cost = BigInt(prices.reduce((sum, one) => sum + one, 0));
  const spent = await spentIn(ground.sql, account.id, ground.clock.now());
  const cap = account.costs.monthlyCap === null ? null : BigInt(account.costs.monthlyCap);
  const left = cap === null ? null : cap > spent ? cap - spent : 0n;
  return { account: account.name, messages: total, cost, spent, cap, left, bearer: account.costs.bearer };
}

async function countIt({ sql, clock }: Costing, message: Priced, texts: PhoneText[]) {
  const { channel, purpose, audience } = message;
  const targets = await requireTargets(sql, audience);
  const others = texts.map(({ language }) => language).filter((one) => !audience.fallback.includes(one));
  const written = [...audience.fallback, ...others];
  return countAudience(sql, { channel, purpose, targets, written }, clock.now());
}

function priceOf(account: PhoneAccountFacts, text: PhoneText, fields: string[]): number {
  const values = sampleValues(fields, text.language, USUAL_LENGTH);
  return costOf(account, compilePhoneText(text)('+919800000000', values, account));
}

/** @throws Refusal when it would cost more than the month's cap leaves */
export async function requireAffordable(ground: Costing, message: Priced): Promise<void> {
  const estimate = await estimateCost(ground, message);
  if (!estimate || estimate.left === null || estimate.cost <= estimate.left) return;
  const { account, cost, left, cap } = estimate;
  throw new Refusal(
    say`This would cost about ${formatAmount(cost)}, and of the cap of ${formatAmount(cap ?? 0n)} a month of the account ${account} only ${formatAmount(left)} is left. Raise the cap, or write to fewer.`,
    409,
  );
}
