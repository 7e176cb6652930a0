import type { Queryable } from '../db.ts';
import { formatAmount, type Language, translate } from '../i18n.ts';
import type { Share } from './holds.ts';
import { type ProjectName, projectNamed } from './project-words.ts';

/** What a gift is for, as its donor reads it. */
export interface Purpose {
  /** `over`: it was meant for a project that takes no more, so the fund has it. */
  to: 'fund' | 'project' | 'both' | 'over';
  /** Of the project; empty for the fund. */
  title: string;
  /** Of the gift, the project's part and the fund's, and what a sponsor adds; empty for nothing. */
  project: string;
  beyond: string;
  match: string;
}

/** @param project null for the fund; @param share null while it is not known how the gift is divided */
export function purposeIn(
  language: Language,
  project: ProjectName | null,
  share: Pick<Share, 'project' | 'beyond' | 'match'> | null,
): Purpose {
  const title = project ? project[language] || project.en || project.ml : '';
  if (!project || !share) return { to: project ? 'project' : 'fund', title, ...NOTHING };
  const to = !share.beyond ? 'project' : share.project ? 'both' : 'over';
  const shown = (paise: bigint) => (paise ? formatAmount(paise) : '');
  const { project: part, beyond, match } = share;
  return { to, title, project: shown(part), beyond: shown(beyond), match: shown(match) };
}

const NOTHING = { project: '', beyond: '', match: '' };

/** What it is for in a line of its own, as the gateway's window and a UPI app show it. */
export function purposeLine({ to, title }: Purpose, language: Language): string {
  const fund = translate(language, 'give.to');
  if (to === 'project') return title;
  return to === 'both' ? `${title} · ${fund}` : fund;
}

const SHARE = `
SELECT o.amount, coalesce(g.beyond, h.beyond_part, 0) AS beyond, coalesce(g.matched, h.match_part, 0) AS match
  FROM gift_order o LEFT JOIN gift_hold h ON h.order_id = o.id
  LEFT JOIN LATERAL (
    SELECT d.beyond, d.matched FROM donation d JOIN payment p ON p.id = d.payment_id
     WHERE p.order_id = o.id ORDER BY d.refunded < d.amount DESC, d.created_at DESC LIMIT 1) g ON true
 WHERE o.id = $1`;

/** What an order is for: what became of it once it is paid, or else what its form had said. */
export async function purposeOfOrder(
  sql: Queryable,
  { id, fund }: { id: string; fund: string },
  language: Language,
): Promise<Purpose> {
  const project = await projectNamed(sql, fund);
  if (!project) return purposeIn(language, null, null);
  const { rows } = await sql.query<{ amount: string; beyond: string; match: string }>(SHARE, [id]);
  return purposeIn(language, project, rows[0] ? shareOf(rows[0]) : null);
}

/** How a gift is divided, of a row that tells it. */
export function shareOf(row: Record<'amount' | 'beyond' | 'match', string>) {
  const beyond = BigInt(row.beyond);
  return { project: BigInt(row.amount) - beyond, beyond, match: BigInt(row.match) };
}
