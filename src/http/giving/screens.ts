import { donorKinds } from '../../giving/donors.ts';
import { MONTHLY_MOST } from '../../giving/monthly.ts';
import { MOST } from '../../giving/orders.ts';
import { answersTo, type Question, questionOf, requiredOf } from '../../giving/source.ts';
import { formatAmount, type Language, translate } from '../../i18n.ts';
import { amountOf, type Faults, FORM_LEAST, isMonthly, type Told } from './checks.ts';
import {
  type Field,
  fieldsOf,
  hiddenOn,
  OFTEN,
  type Posted,
  type Screen,
  screens,
  sourceOf,
} from './fields.ts';
import type { occasionShown } from './for-occasion.ts';
import type { Suggestion, shareShown } from './for-project.ts';
import { agreeKey, uses } from './wish.ts';

/** `foreign`: no account for money from abroad; `undecided`: the donor does not know; `closed`: no gateway. */
export type Refused = 'foreign' | 'undecided' | 'closed';

export interface Showing {
  posted: Posted;
  faults: Faults;
  refused: Refused | null;
  told?: Told | undefined;
  /** Whether the form offers monthly gifts. */
  monthly: boolean;
  language: Language;
  /** Amounts that are offered. */
  suggestions: Suggestion[];
  /** What the gift is for, when not the fund itself. */
  project: { title: string; slug: string; capped: boolean } | null;
  /** The family's page it is given at. */
  occasion: ReturnType<typeof occasionShown> | null;
  share?: ReturnType<typeof shareShown> | undefined;
  /** The share is not what it was when the donor saw it last. */
  changed?: boolean | undefined;
  /** The project that was wished for takes no gifts any more. */
  closed?: boolean;
  /** The family's page that was wished for takes none any more. */
  closedPage?: boolean;
}

/** What the template of a screen is filled with. */
export function shownOn(screen: Screen, showing: Showing): Record<string, unknown> {
  const { posted, faults, refused, language, project, occasion, share, changed, closed, closedPage } =
    showing;
  const at = screens.indexOf(screen);
  const steps = screens.map((name, i) => ({ name, done: i < at, now: i === at }));
  const amount = amountOf(posted);
  return {
    ...{ screen, steps, posted, refused, kept: hiddenOn(screen, posted) },
    isMonthly: isMonthly(posted),
    amount: amount.ok ? formatAmount(amount.paise) : '',
    ...{ project, occasion, share, changed, closed, closedPage },
    divided: share?.whole === false,
    wrong: wordsOf(faults, language),
    faulty: Object.keys(faults).length > 0,
    ...parts[screen](showing),
  };
}

const parts: Record<Screen, (showing: Showing) => Record<string, unknown>> = {
  amount: ({ posted, suggestions, monthly }) => ({
    often: (monthly ? OFTEN : []).map((often) => ({
      ...{ often, words: `give.often.${often}`, checked: (posted.often || 'once') === often },
    })),
    monthlyMost: formatAmount(MONTHLY_MOST),
    kinds: donorKinds.map((kind) => ({ kind, chosen: kind === posted.kind })),
    questions: QUESTIONS.map((question) => ({
      question,
      answers: answersTo(question).map((answer) => ({
        ...{ value: `${question}.${answer}`, words: `give.source.${question}.${answer}` },
        checked: posted.source === `${question}.${answer}`,
      })),
    })),
    suggestions: suggestions.map((one) => ({ ...one, checked: posted.amount === one.rupees })),
    otherAmount: posted.amount === 'other',
    ...{ least: formatAmount(FORM_LEAST), most: formatAmount(MOST) },
  }),
  who: ({ posted, occasion }) => ({
    required: requiredOf(sourceOf(posted)),
    person: questionOf(posted.kind) === 'person',
    dedications: ['none', 'honour', 'memory'].map((kind) => ({
      ...{ kind, words: `give.dedication.${kind}` },
      checked: (posted.dedication || 'none') === kind,
    })),
    agreements: uses.map((use) => ({
      ...{ use, words: agreeKey(use, occasion !== null), checked: Boolean(posted[use]) },
    })),
  }),
  check: ({ posted, told, language, occasion }) => ({
    ...{ told, donorKind: translate(language, `give.kind.${posted.kind}`) },
    source: sourceWords(posted, language),
    agreed: uses
      .filter((use) => posted[use])
      .map((use) => translate(language, agreeKey(use, occasion !== null))),
    pan: told?.identity?.kind === 'pan' ? hidden(told.identity.number) : '',
    passport: passportOf(told),
  }),
};

const QUESTIONS: Question[] = ['person', 'company', 'body', 'agency'];

function wordsOf(faults: Faults, language: Language): Record<string, string> {
  const all: Field[] = [...fieldsOf.amount, ...fieldsOf.who];
  const limits = {
    least: formatAmount(FORM_LEAST),
    most: formatAmount(MOST),
    monthly: formatAmount(MONTHLY_MOST),
  };
  return Object.fromEntries(
    all.map((field) => [
      field,
      faults[field] ? translate(language, `give.error.${faults[field]}`, limits) : '',
    ]),
  );
}

function sourceWords({ kind, source }: Posted, language: Language) {
  const question = questionOf(kind);
  const asked = question && translate(language, `give.ask.${question}`);
  return asked && { asked, answer: translate(language, `give.source.${source}`) };
}

function passportOf(told: Told | undefined): string {
  const { identity } = told ?? {};
  const number = identity?.kind === 'passport' ? identity.number : identity?.also?.number;
  return number ? hidden(number) : '';
}

/** The page may be seen by whoever looks over a shoulder. */
const hidden = (number: string) => `${'•'.repeat(Math.max(0, number.length - 4))}${number.slice(-4)}`;
