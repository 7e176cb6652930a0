import type { Giver } from '../../../giving/donor-link.ts';
import { monthlyOf } from '../../../giving/giver.ts';
import type { MonthlyGift } from '../../../giving/monthly.ts';
import { mayChangeAmount, mayStep } from '../../../giving/monthly-change.ts';
import { overAmong } from '../../../giving/monthly-purpose.ts';
import { type ProjectName, projectNamed } from '../../../giving/project-words.ts';
import { formatAmount, formatDay, type Language } from '../../../i18n.ts';
import { projectsToGive } from '../../../pages/to-give.ts';
import type { Web } from '../../web.ts';

const SIGNS: Record<string, string> = {
  ...{ active: 'sent', authenticated: 'sent', pending: 'deferred', paused: 'held', halted: 'failed' },
};

/** The monthly gifts of a donor: how each stands, what it is for, and what can be done with it. */
export async function monthlyRows({ ground }: Web, giver: Giver, language: Language) {
  const gifts = await monthlyOf(ground.sql, giver);
  if (!gifts.length) return [];
  const over = await overAmong(
    ground,
    gifts.map(({ id }) => id),
  );
  const open = await projectsToGive(ground, language);
  const rows = gifts.map(async (gift) => ({
    ...rowOf(gift, language),
    ...purposeOf(await projectNamed(ground.sql, gift.fund), { over: over.has(gift.id), language }),
    choices: mayStep(gift, 'cancel') ? choicesOf(gift, open) : [],
  }));
  return Promise.all(rows);
}

function rowOf(gift: MonthlyGift, language: Language) {
  const { id, amount, nextAmount, nextAt, state, method, paid } = gift;
  return {
    ...{ id, state, sign: SIGNS[state] ?? 'held', months: paid, amount: formatAmount(amount) },
    stateWords: `my.monthly.${state}`,
    nextAmount: nextAmount && formatAmount(nextAmount),
    next: nextAt && mayStep(gift, 'pause') ? formatDay(nextAt, language) : null,
    ...{ mayPause: mayStep(gift, 'pause'), mayResume: mayStep(gift, 'resume') },
    ...{ mayCancel: mayStep(gift, 'cancel'), mayChange: mayChangeAmount(gift) },
    byUpi: method === 'upi' && mayStep(gift, 'cancel'),
  };
}

function purposeOf(project: ProjectName | null, { over, language }: { over: boolean; language: Language }) {
  const title = project && (project[language] || project.en || project.ml);
  return { project: over ? null : title, ended: over ? title : null };
}

/** What else the months to come can be for. */
const choicesOf = ({ fund }: MonthlyGift, open: { id: string; title: string }[]) => [
  { id: '', title: null, chosen: !open.some(({ id }) => fund.includes(id)) },
  ...open.map(({ id, title }) => ({ id, title, chosen: fund.includes(id) })),
];
