import type { Stream } from './accounts.ts';
import { type DonorKind, donorKinds } from './donors.ts';

/**
 * What is asked of each kind of donor before the amount, and what each answer means under section 2(1)(j)
 * of the Foreign Contribution (Regulation) Act, 2010. It is who gives that counts, never the currency or
 * the card.
 */
const questions = {
  /** Citizenship: an Indian passport is domestic wherever its holder lives; an OCI card is not one. */
  person: { india: 'domestic', nri: 'domestic', foreign: 'fcra', unsure: 'undecided' },
  /** Incorporation and ownership: foreign shares within the limits of foreign investment do not count. */
  company: { india: 'domestic', above: 'fcra', foreign: 'fcra', unsure: 'undecided' },
  /** Registration, and whose money it mainly lives on. */
  body: { india: 'domestic', funded: 'fcra', foreign: 'fcra', unsure: 'undecided' },
  /** The United Nations, the World Bank and the IMF are no foreign source. */
  agency: { india: 'domestic', exempt: 'domestic', foreign: 'fcra', unsure: 'undecided' },
} as const satisfies Record<string, Record<string, Stream | 'undecided'>>;

export type Question = keyof typeof questions;

const asked: Record<string, Question | null> = {
  ...{ individual: 'person', celebrity: 'person', corporate: 'company', agency: 'agency' },
  ...{ society: 'body', foundation: 'body', endowment: 'body', other: 'body' },
  // Bodies of the State in India.
  ...{ 'local-body': null, department: null },
};

/** Which question a kind of donor is asked; null when none has to be. */
export const questionOf = (kind: DonorKind): Question | null => asked[kind] ?? null;

/** The answers that a question takes, in the order they are shown. */
export const answersTo = (question: Question): string[] => Object.keys(questions[question]);

export interface SourceAnswers {
  kind: string;
  /** One of the answers to the kind's question; nothing counts for kinds that are asked none. */
  answer: string;
}

/**
 * Which stream a gift belongs to.
 *
 * @returns `undecided` when the donor does not know, `unanswered` while the kind or its answer is missing
 */
export function streamOf({ kind, answer }: SourceAnswers): Stream | 'undecided' | 'unanswered' {
  if (!donorKinds.includes(kind)) return 'unanswered';
  const question = questionOf(kind);
  if (!question) return 'domestic';
  const known: Record<string, Stream | 'undecided'> = questions[question];
  return Object.hasOwn(known, answer) ? (known[answer] as Stream | 'undecided') : 'unanswered';
}

/** What must be told of a donor besides name and contact, because a rule wants it kept. */
export interface Required {
  address: boolean;
  identity: 'passport' | null;
}

/** The rules by who gives: passport details of Indians abroad are kept; a foreign donor's address is reported. */
export function requiredOf({ kind, answer }: SourceAnswers): Required {
  const stream = streamOf({ kind, answer });
  const person = questionOf(kind) === 'person';
  const abroad = person && (answer === 'nri' || answer === 'foreign');
  return { address: abroad || stream === 'fcra', identity: abroad ? 'passport' : null };
}
