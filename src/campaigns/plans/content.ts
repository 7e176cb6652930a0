import { z } from 'zod';

const target = z.object({ account: z.string(), language: z.string() });

const when = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('day'),
    anchor: z.enum(['start', 'end']),
    days: z.int(),
    time: z.string().regex(/^\d\d:\d\d(:\d\d)?$/),
    /** Of the settings where none is said. */
    zone: z.string().optional(),
  }),
  z.object({ kind: z.literal('cron'), expression: z.string(), zone: z.string() }),
]);

/** A message of a plan: everything of it but its runs and approvals. */
const planMessage = z.object({
  name: z.string(),
  channel: z.enum(['email', 'post']),
  purpose: z.string(),
  /** `We Care <news@wecare.example>`; null is asked when it is used. */
  from: z.string().nullable(),
  replyTo: z.string().nullable().default(null),
  audience: z.object({
    lists: z.array(z.string()).default([]),
    segments: z.array(z.string()).optional(),
    excludeLists: z.array(z.string()).optional(),
    excludeSegments: z.array(z.string()).optional(),
    fallback: z.array(z.string()).default([]),
    accounts: z.array(target).default([]),
  }),
  /** By language; of a post, the source is its document as JSON. */
  contents: z.record(
    z.string(),
    z.object({ subject: z.string(), preheader: z.string(), source: z.string() }),
  ),
  files: z.array(z.object({ asset: z.string(), inline: z.boolean() })).default([]),
  when: when.nullable(),
  window: z.object({ from: z.string(), to: z.string() }).nullable().default(null),
  latePolicy: z.enum(['send', 'skip', 'ask']).default('ask'),
  lateAfterSec: z.int().default(900),
  unknownPolicy: z.enum(['leave', 'again']).default('leave'),
  /** As `parseCanary` reads it. */
  canary: z.unknown().default(null),
  openPixel: z.boolean().default(false),
});

/** A campaign's messages by its days, to be made again from any other. */
export const planContent = z.object({
  goal: z.string().nullable(),
  /** From its first day to its last; null where it has no last. */
  days: z.int().min(0).nullable(),
  messages: z.array(planMessage).max(100),
});

export type PlanMessage = z.infer<typeof planMessage>;
export type PlanContent = z.infer<typeof planContent>;
