import { DateTime } from 'luxon';
import type { Leaf, Rules, Touched } from './rules.ts';

/** What a compiled condition needs: the values collected so far, and the moment that `days` count from. */
export interface Compiling {
  /** Values of $1, $2 …; grows. */
  values: unknown[];
  now: Date;
}

/**
 * Rules as one SQL condition on `contact c`, never null, written so that the planner knows how many match.
 * Every value becomes a parameter, names of attributes too; each set of ids stands by itself, so that the planner hashes it once.
 */
export function compileRules(rule: Rules, compiling: Compiling): string {
  const group = (rules: Rules[], word: string) =>
    `(${rules.map((inner) => compileRules(inner, compiling)).join(` ${word} `)})`;
  if ('all' in rule) return group(rule.all, 'AND');
  if ('any' in rule) return group(rule.any, 'OR');
  if ('not' in rule) return `NOT ${compileRules(rule.not, compiling)}`;
  return `(${compileLeaf(rule, compiling)})`;
}

function compileLeaf(leaf: Leaf, compiling: Compiling): string {
  const parameter = (value: unknown) => `$${compiling.values.push(value)}`;
  const among = (column: string, wished: string | string[], type = 'text') =>
    `(${column} = ANY(${parameter([wished].flat())}::${type}[]) AND ${column} IS NOT NULL)`;
  if ('language' in leaf) return among('c.language', leaf.language);
  if ('kind' in leaf) return among('c.kind', leaf.kind, 'contact_kind');
  if ('district' in leaf) return among('c.district', leaf.district);
  if ('list' in leaf) {
    const list = `(SELECT id FROM list WHERE name = ${parameter(leaf.list)}::text)`;
    return `c.id IN (SELECT contact_id FROM membership WHERE list_id = ${list})`;
  }
  if ('attribute' in leaf) return compileAttribute(leaf, parameter, compiling.now);
  if ('added' in leaf) {
    const [sign, day] = 'since' in leaf.added ? ['>=', leaf.added.since] : ['<', leaf.added.before];
    return `c.created_at ${sign} ${parameter(new Date(day))}::timestamptz`;
  }
  return `c.id IN (${compileTouched(leaf, parameter, compiling.now)})`;
}

type Parameter = (value: unknown) => string;

/** An attribute that is null counts as absent. */
function compileAttribute(
  leaf: Extract<Leaf, { attribute: string }>,
  parameter: Parameter,
  now: Date,
): string {
  const attribute = `(c.attributes ->> ${parameter(leaf.attribute)}::text)`;
  if ('equals' in leaf)
    return `(${attribute} = ${parameter(leaf.equals)}::text AND ${attribute} IS NOT NULL)`;
  if ('contains' in leaf) {
    return `coalesce(position(lower(${parameter(leaf.contains)}::text) IN lower(${attribute})) > 0, false)`;
  }
  if ('near' in leaf) {
    const days = parameter(daysOfYear(now, leaf.near));
    return `coalesce(${attribute} ~ '^(\\d{4}-)?\\d\\d-\\d\\d$' AND right(${attribute}, 5) = ANY(${days}::text[]), false)`;
  }
  return `${attribute} IS NOT NULL`;
}

type TouchedLeaf = Extract<Leaf, { received: Touched } | { opened: Touched } | { clicked: Touched }>;

/** Visits of machines do not count; a complaint says that the mail had arrived. */
function compileTouched(leaf: TouchedLeaf, parameter: Parameter, now: Date): string {
  const received = 'received' in leaf;
  const touched = received ? leaf.received : 'opened' in leaf ? leaf.opened : leaf.clicked;
  const from = received
    ? `d.state IN ('sent', 'complained')`
    : `t.kind = ${parameter('opened' in leaf ? 'open' : 'click')}::text AND NOT t.machine`;
  const join = received ? '' : 'JOIN touch t ON t.run = d.run AND t.seq = d.seq';
  const { campaign, days } = touched;
  const runs = campaign === undefined ? '' : ` AND d.run IN (${runsOf(parameter(campaign))})`;
  const since = days === undefined ? '' : ` AND ${recently(received, parameter(daysBefore(now, days)))}`;
  return `SELECT d.contact_id FROM delivery d ${join} WHERE ${from}${runs}${since}`;
}

const runsOf = (campaign: string) =>
  `SELECT r.id FROM run r JOIN message m ON m.id = r.message_id JOIN campaign g ON g.id = m.campaign_id
    WHERE g.name = ${campaign}::text`;

/** A delivery's time is in no index, so runs that ended before are not looked into. */
const recently = (received: boolean, moment: string) =>
  received
    ? `d.at >= ${moment}::timestamptz AND d.run IN (
         SELECT id FROM run WHERE ended_at IS NULL OR ended_at >= ${moment}::timestamptz)`
    : `t.at >= ${moment}::timestamptz`;

const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * 86_400_000);

/** Today in India and so many days after it, as `MM-DD`; who was born on a leap day is met on the 28th otherwise. */
function daysOfYear(now: Date, more: number): string[] {
  const today = DateTime.fromJSDate(now, { zone: 'Asia/Kolkata' });
  const days = Array.from({ length: more + 1 }, (_, n) => today.plus({ days: n }));
  return [
    ...new Set(
      days.flatMap((day) => {
        const said = day.toFormat('MM-dd');
        return said === '02-28' && !day.isInLeapYear ? [said, '02-29'] : [said];
      }),
    ),
  ];
}
