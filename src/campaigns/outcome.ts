import type { Queryable } from '../db.ts';
import { type Alike, type Digest, READ_AT_ONCE, readDigests, sizeOf } from '../deliveries/digest.ts';
import { VISIT_HOURS } from '../deliveries/digests.ts';
import { leftOutOfAll } from '../deliveries/left-out.ts';
import { countedFigures } from '../deliveries/progress.ts';
import { alikeOf, type RunDomain, runDomains } from '../deliveries/run-domains.ts';
import { type DeliveryState, deliveryStates } from '../deliveries/states.ts';
import { byHour, type HalfHour, type Visits, visitsByHalfHour, visitsOf } from '../links/visits.ts';

/** What came of one run, or of all runs of a campaign together. */
export interface Outcome {
  runs: bigint[];
  /** Deliveries by state. */
  figures: Record<DeliveryState, number>;
  total: number;
  visits: Visits;
  languages: { language: string; states: Record<DeliveryState, number> }[];
  /** The largest mail domains; empty for several runs. */
  domains: { rows: RunDomain[]; all: number };
  /** Why something did not arrive, the commonest first. */
  reasons: { state: DeliveryState; reason: string | null; n: number }[];
  leftOut: Record<string, number>;
  /** Visits of people by hour since the first of the runs began. */
  course: { from: Date; hours: { hour: number; opens: number; clicks: number }[] } | null;
  /** When all but `figures` was counted; null for now. */
  asOf: Date | null;
  /** Some of it is too much to be counted at once and is not in it yet. */
  preparing: boolean;
}

const DOMAINS = 10;

/**
 * Gathers what came of runs, at once however large they are: small ones are counted now, large ones were
 * counted before. The figures are exact at any moment.
 * @param few so many deliveries together are counted now
 */
export async function outcomeOf(
  sql: Queryable,
  { runs, from }: { runs: bigint[]; from: Date | null },
  few = READ_AT_ONCE,
): Promise<Outcome> {
  const small = (await sizeOf(sql, runs)) <= few;
  const digests = small ? [] : await readDigests(sql, runs);
  const rest = runs.filter((run) => !digests.some((one) => one.run === run));
  const now = !rest.length || (await sizeOf(sql, rest)) <= few;
  const parts: Part[] = [...digests, ...(now && rest.length ? [await countPart(sql, rest, from)] : [])];
  const languages = languagesIn(parts.flatMap(({ alike }) => alike));
  const figures = small ? sumOf(languages.map(({ states }) => states)) : await countedFigures(sql, ...runs);
  const [only] = runs.length === 1 ? runs : [];
  const domains = only === undefined ? { domains: [], all: 0 } : await runDomains(sql, only, DOMAINS, few);
  return {
    ...{ runs, figures, total: Object.values(figures).reduce((sum, n) => sum + n, 0), languages },
    visits: addUp(
      NO_VISITS,
      parts.map(({ visits }) => visits),
    ),
    domains: { rows: domains.domains, all: domains.all },
    reasons: reasonsIn(parts.flatMap(({ alike }) => alike)),
    leftOut: leftOutIn(parts),
    course:
      from &&
      byHour(
        parts.flatMap(({ halfHours }) => halfHours),
        { from, hours: VISIT_HOURS },
      ),
    asOf: digests.reduce<Date | null>((first, { at }) => (first && first < at ? first : at), null),
    preparing: !now,
  };
}

/** The same for a file, which must not lack anything: what is still being made is counted now. */
export async function wholeOutcomeOf(
  sql: Queryable,
  asked: { runs: bigint[]; from: Date | null },
): Promise<Outcome> {
  const outcome = await outcomeOf(sql, asked);
  return outcome.preparing ? outcomeOf(sql, asked, Number.POSITIVE_INFINITY) : outcome;
}

type Part = Pick<Digest, 'alike' | 'visits' | 'leftOut'> & { halfHours: HalfHour[] };

async function countPart(sql: Queryable, runs: bigint[], from: Date | null): Promise<Part> {
  return {
    alike: await alikeOf(sql, runs),
    visits: await visitsOf(sql, runs),
    leftOut: await leftOutOfAll(sql, runs),
    halfHours: from ? await visitsByHalfHour(sql, { runs, from, hours: VISIT_HOURS }) : [],
  };
}

const NO_VISITS: Visits = {
  opened: 0,
  openedByMachines: 0,
  clicked: 0,
  clickedByMachines: 0,
  unsubscribed: 0,
};
type States = Record<DeliveryState, number>;
const noStates = () => Object.fromEntries(deliveryStates.map((state) => [state, 0])) as States;
const sumOf = (all: States[]): States => addUp(noStates(), all);

/** Adds figures of the same names. */
function addUp<T extends Record<keyof T, number>>(none: T, all: T[]): T {
  const sum = { ...none };
  for (const one of all)
    for (const name of Object.keys(none) as (keyof T)[]) sum[name] = (sum[name] + one[name]) as T[keyof T];
  return sum;
}

function languagesIn(alike: Alike[]): Outcome['languages'] {
  const languages = new Map<string, States>();
  for (const { language, state, n } of alike) {
    const states = languages.get(language) ?? noStates();
    states[state] += n;
    languages.set(language, states);
  }
  return [...languages]
    .map(([language, states]) => ({ language, states }))
    .sort((one, other) => (one.language < other.language ? -1 : 1));
}

const WITH_REASON: DeliveryState[] = ['failed', 'unknown', 'deferred', 'bounced', 'complained', 'skipped'];
const REASONS = 50;

function reasonsIn(alike: Alike[]): Outcome['reasons'] {
  const reasons = new Map<string, Outcome['reasons'][number]>();
  for (const { state, reason, n } of alike.filter((one) => WITH_REASON.includes(one.state))) {
    const key = `${state} ${reason ?? ''}`;
    reasons.set(key, { state, reason, n: n + (reasons.get(key)?.n ?? 0) });
  }
  return [...reasons.values()].sort((one, other) => other.n - one.n).slice(0, REASONS);
}

function leftOutIn(parts: Part[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [reason, n] of parts.flatMap(({ leftOut }) => Object.entries(leftOut)))
    sums.set(reason, n + (sums.get(reason) ?? 0));
  return Object.fromEntries([...sums].sort(([, one], [, other]) => other - one));
}

const RUNS_COUNTED = 100;

/** The runs of a campaign that began, the newest first, as far as a report counts them together. */
export async function begunRuns(
  sql: Queryable,
  campaignId: string,
): Promise<{ run: bigint; message: string; startedAt: Date }[]> {
  const { rows } = await sql.query<{ run: string; message: string; startedAt: Date }>(
    `SELECT r.id AS run, m.name AS message, r.started_at AS "startedAt" FROM run r JOIN message m ON m.id = r.message_id
      WHERE m.campaign_id = $1 AND r.started_at IS NOT NULL ORDER BY r.started_at DESC, r.id DESC LIMIT ${RUNS_COUNTED}`,
    [campaignId],
  );
  return rows.map((row) => ({ ...row, run: BigInt(row.run) }));
}
