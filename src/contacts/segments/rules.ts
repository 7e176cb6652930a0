import { z } from 'zod';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';

const MAX_DEPTH = 5;
const MAX_RULES = 50;

/** Postgres keeps no null character. */
const value = z
  .string()
  .max(200)
  .refine((written) => !written.includes('\0'), 'must not hold a null character');
const text = value.trim().min(1);
const oneOf = <T extends z.ZodType>(one: T) => z.union([one, z.array(one).min(1).max(MAX_RULES)]);
const day = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const KINDS = [
  ...(['individual', 'corporate', 'society', 'celebrity', 'foundation'] as const),
  ...(['local_body', 'department', 'endowment', 'agency'] as const),
];

/** Something we did with a contact or they did: for one campaign, within so many days, or both. */
const touched = z
  .strictObject({ campaign: text.optional(), days: z.int().min(1).max(3660).optional() })
  .refine(({ campaign, days }) => campaign !== undefined || days !== undefined, 'name a campaign or days');

const leaf = z.union([
  z.strictObject({ language: oneOf(text) }),
  z.strictObject({ kind: oneOf(z.enum(KINDS)) }),
  z.strictObject({ district: oneOf(text) }),
  z.strictObject({ list: text }),
  z.strictObject({ attribute: text, equals: value }),
  z.strictObject({ attribute: text, contains: text }),
  z.strictObject({ attribute: text, exists: z.literal(true) }),
  z.strictObject({ attribute: text, near: z.int().min(0).max(366) }),
  z.strictObject({ added: z.strictObject({ since: day }) }),
  z.strictObject({ added: z.strictObject({ before: day }) }),
  z.strictObject({ received: touched }),
  z.strictObject({ opened: touched }),
  z.strictObject({ clicked: touched }),
]);

export type Leaf = z.infer<typeof leaf>;
export type Touched = z.infer<typeof touched>;
/**
 * Rules of a segment. Days without a time begin in UTC; `days` count back from the moment of asking. An attribute that
 * is a date, such as 1984-11-29 or 11-29, is `near` when its day of the year comes within so many days, today included.
 */
export type Rules = Leaf | { all: Rules[] } | { any: Rules[] } | { not: Rules };

const rules: z.ZodType<Rules> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(rules).min(1).max(MAX_RULES) }),
    z.strictObject({ any: z.array(rules).min(1).max(MAX_RULES) }),
    z.strictObject({ not: rules }),
    leaf,
  ]),
);

/**
 * Reads rules from JSON.
 * @throws Refusal for what is no rule, more than 50 of them, or groups more than 5 deep
 */
export function parseRules(value: unknown): Rules {
  requireSmall(value);
  const read = rules.safeParse(value);
  if (read.success) return read.data;
  throw new Refusal(
    say`These are no rules of a segment: ${firstWrong(value)}. Write groups {"all": […]}, {"any": […]}, {"not": …} of language, kind, district, list, attribute with equals, contains, exists or near, added with since or before, and received, opened, clicked with campaign or days.`,
  );
}

/** Looked at before the schema is, which would follow any depth. */
function requireSmall(value: unknown): void {
  const open = [{ value, depth: 0 }];
  for (let seen = 0; open.length; seen += 1) {
    const { value: rule, depth } = open.pop() as { value: unknown; depth: number };
    if (depth > MAX_DEPTH)
      throw new Refusal(say`Rules may be at most ${MAX_DEPTH} groups deep. Split the segment.`);
    if (seen >= MAX_RULES) throw new Refusal(say`A segment may have at most ${MAX_RULES} rules. Split it.`);
    for (const inner of membersOf(rule)) open.push({ value: inner, depth: depth + 1 });
  }
}

function membersOf(rule: unknown): unknown[] {
  if (typeof rule !== 'object' || rule === null) return [];
  const { all, any, not } = rule as Record<string, unknown>;
  return [all, any]
    .flatMap((group) => (Array.isArray(group) ? group : []))
    .concat(not === undefined ? [] : [not]);
}

/** The smallest part that will not do, as the person wrote it. */
function firstWrong(value: unknown): string {
  const wrong = membersOf(value).find((inner) => !rules.safeParse(inner).success);
  if (wrong !== undefined) return firstWrong(wrong);
  return JSON.stringify(value)?.slice(0, 120) ?? 'nothing';
}

/** Every leaf below, the rules themselves when they are one. */
export function leavesOf(rule: Rules): Leaf[] {
  if ('all' in rule) return rule.all.flatMap(leavesOf);
  if ('any' in rule) return rule.any.flatMap(leavesOf);
  if ('not' in rule) return leavesOf(rule.not);
  return [rule];
}
