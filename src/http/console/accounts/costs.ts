import type { Costs } from '../../../deliveries/publications/rates.ts';
import { Refusal } from '../../../errors.ts';
import { readRupees } from '../../../money.ts';
import { say } from '../../../say.ts';
import type { Form } from '../../form.ts';

const AMOUNTS = ['perPost', 'perLinkPost', 'perRead', 'monthlyCap'] as const;

/** The form of what an account costs: rupees as typed or as kept. */
export const costTexts = (costs: Costs | null, form?: Form): Record<string, string> => ({
  ...Object.fromEntries(AMOUNTS.map((name) => [name, form?.text(name) ?? rupees(costs?.[name])])),
  bearer: form?.text('bearer') ?? costs?.bearer ?? '',
});

const rupees = (paise: number | undefined): string =>
  paise === undefined ? '' : (paise / 100).toFixed(2).replace(/\.00$/, '');

/**
 * Costs as they were typed, in rupees. @returns null where nothing costs
 * @throws Refusal for what is no amount, and where nobody but the fund would bear it
 */
export function readCosts(form: Form): Costs | null {
  const amounts = Object.fromEntries(AMOUNTS.flatMap((name) => paiseOf(name, form.text(name))));
  const bearer = form.text('bearer').trim();
  if (!Object.keys(amounts).length) return null;
  if (!bearer)
    throw new Refusal(
      say`Say who bears these costs: a sponsor, or a budget of the office. The fund never does.`,
    );
  return { ...amounts, bearer };
}

function paiseOf(name: string, text: string): [string, number][] {
  if (!text.trim()) return [];
  const read = readRupees(text);
  if (!read.ok) throw new Refusal(say`“${text}” is no amount. Write rupees, such as 1.50.`);
  return [[name, Number(read.paise)]];
}
