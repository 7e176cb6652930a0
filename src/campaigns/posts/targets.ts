import type { Queryable } from '../../db.ts';
import { networkOf } from '../../deliveries/publications/connected.ts';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { requireLanguage, type Target } from '../audience.ts';

/**
 * Accounts by id or name, each once in each language.
 * @throws Refusal for one that is not there, is switched off or retired, or in whose language nothing is written
 */
export async function requireAccounts(
  sql: Queryable,
  wished: Target[],
  written: string[],
): Promise<Target[]> {
  const { rows } = await sql.query<{ id: string; name: string; channel: string; off: boolean }>(
    `SELECT id, name, channel, disabled_at IS NOT NULL AS off FROM account
      WHERE channel NOT IN ('email', 'sms', 'whatsapp') AND (id::text = ANY ($1) OR name = ANY ($1))`,
    [wished.map(({ account }) => account)],
  );
  const targets = wished.map((target) => {
    const account = rows.find(({ id, name }) => id === target.account || name === target.account);
    const language = requireLanguage(target.language);
    if (!account)
      throw new Refusal(
        say`There is no account “${target.account}”. Choose one of those that are connected.`,
      );
    if (account.off)
      throw new Refusal(say`The account ${account.name} is switched off. Choose another.`, 409);
    if (networkOf(account.channel).retired)
      throw new Refusal(
        say`${networkOf(account.channel).title} is closed for good. Choose another network.`,
        409,
      );
    if (!written.includes(language))
      throw new Refusal(say`Nothing is written in ${language} for ${account.name} yet.`);
    return { account: account.id, language };
  });
  return [...new Map(targets.map((target) => [`${target.account} ${target.language}`, target])).values()];
}
