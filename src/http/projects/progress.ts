import { formatAmount, formatDay, formatNumber, type Language, translate } from '../../i18n.ts';
import type { PublicProject } from '../../pages/published.ts';
import { asksForGifts } from '../../pages/published.ts';
import { saidIn } from './words.ts';

const DAY_MS = 86_400_000;

/** How far a project is, in words and for its bar. */
export interface Progress {
  raised: string;
  goal: string | null;
  /** Of the bar; null without a goal. */
  percent: number | null;
  label: string;
  /** `312 of 400 people fed for a month`. */
  things: string | null;
  gifts: number;
  days: number | null;
  asks: boolean;
  /** What is true of it now, where that is not simply that gifts are welcome. */
  standing: 'reached' | 'full' | 'over' | 'closed' | 'reported' | null;
  /** When it was closed or reported. */
  on: string | null;
}

export function progressOf(project: PublicProject, now: Date, language: Language): Progress {
  const { goal } = project;
  const reached = goal.amount ? Number((goal.raised * 100n) / goal.amount) : null;
  const percent = reached === null ? null : Math.max(0, Math.min(100, reached));
  const asks = asksForGifts(project, now);
  const on = project.state === 'reported' ? project.reportedAt : project.closedAt;
  return {
    ...{ raised: formatAmount(goal.raised), goal: goal.amount ? formatAmount(goal.amount) : null, percent },
    label: percent === null ? '' : translate(language, 'project.percent', { percent: reached ?? 0 }),
    ...{ things: thingsOf(project, language), gifts: goal.gifts, asks },
    days: asks && goal.closesAt ? Math.ceil((goal.closesAt.getTime() - now.getTime()) / DAY_MS) : null,
    standing: standingOf(project, asks),
    on: on && formatDay(on, language),
  };
}

function standingOf({ state, goal }: PublicProject, asks: boolean): Progress['standing'] {
  if (state === 'closed' || state === 'reported') return state;
  const reached = goal.amount !== null && goal.raised >= goal.amount;
  if (asks) return reached ? 'reached' : null;
  return reached ? 'full' : 'over';
}

function thingsOf({ content, goal }: PublicProject, language: Language): string | null {
  const { unit } = content.goal;
  if (!unit || !goal.amount) return null;
  const cost = BigInt(unit.cost);
  const [done, all] = [goal.raised / cost, goal.amount / cost];
  const { text } = saidIn(all === 1n ? unit.one : unit.many, language);
  return translate(language, 'project.things', {
    ...{ done: formatNumber(done < 0n ? 0n : done), all: formatNumber(all), what: text },
  });
}
