import { networks } from '../../../../channels/networks.ts';
import type { Figures } from '../../../../channels/social.ts';
import type { Queryable } from '../../../db.ts';
import { type AccountTotals, totalsOf, visitsByPosts } from '../../../deliveries/publications/totals.ts';
import { formatNumber } from '../../../i18n.ts';
import { titleIn } from '../accounts/list.ts';
import type { Reading } from '../shell.ts';

const FIGURES = ['reach', 'reactions', 'comments', 'shares', 'clicks'] as const;

/** What came of a campaign's posts on networks: how many are out, and what the networks tell. Null without any. */
export async function postsReport(sql: Queryable, reading: Reading, runs: bigint[]) {
  const accounts = await totalsOf(sql, runs);
  if (!accounts.length) return null;
  const total = sumOf(accounts, 'posts');
  const asked = accounts.flatMap(({ figuresAt }) => figuresAt ?? []);
  return {
    ...{ total, published: sumOf(accounts, 'published'), failed: sumOf(accounts, 'failed') },
    ...{
      visits: await visitsByPosts(sql, runs),
      asOf: asked.sort((a, b) => Number(b) - Number(a))[0] ?? null,
    },
    ...{ reach: shown(told(accounts, 'reach')), reactions: shown(told(accounts, 'reactions')) },
    answers: (['comments', 'shares'] as const).flatMap((name) => said(reading, accounts, name)).join(' · '),
    clicks: said(reading, accounts, 'clicks')[0] ?? null,
    rows: accounts.map(({ name, channel, ...one }) => ({
      ...{ name, network: titleIn(reading, channel, networks[channel]?.title ?? channel) },
      ...{ posts: one.posts, published: one.published, failed: one.failed },
      figures: FIGURES.map((figure) => ({ n: shown(one[figure]) })),
    })),
  };
}

const shown = (n: number | null): string | null => (n === null ? null : formatNumber(n));

function said({ t }: Reading, accounts: AccountTotals[], name: 'comments' | 'shares' | 'clicks'): string[] {
  const n = told(accounts, name);
  return n === null ? [] : [t(`publication.figure.${name}`, { n })];
}

const sumOf = (accounts: AccountTotals[], name: 'posts' | 'published' | 'failed'): number =>
  accounts.reduce((sum, one) => sum + one[name], 0);

/** Of those that tell it; null where none does. */
function told(accounts: AccountTotals[], name: keyof Figures): number | null {
  const known = accounts.flatMap((one) => one[name] ?? []);
  return known.length ? known.reduce((sum, n) => sum + n, 0) : null;
}
