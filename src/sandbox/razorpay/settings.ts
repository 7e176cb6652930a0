import { z } from 'zod';

const ms = (most: number) => z.coerce.number().int().min(0).max(most);

/** What goes wrong with calls of the interface, until `times` are used up. */
const fault = z.strictObject({
  /** `silent` and `cut` do the work first: whoever asked does not know that it was done. */
  kind: z.enum(['status', 'refuse-silently', 'silent', 'cut', 'garbage']),
  status: z.coerce.number().int().min(400).max(599).default(503),
  times: z.coerce.number().int().min(1).max(1_000_000).default(1),
  method: z.enum(['GET', 'POST']).optional(),
});

/** How the stand-in behaves. Everything is as it should be until somebody says otherwise. */
export const settingsShape = z.strictObject({
  /** Each answer of the interface waits so long. */
  latencyMs: ms(60_000).default(0),
  fault: fault.nullable().default(null),
  /** What becomes of an order that does not say. */
  capture: z.enum(['automatic', 'manual']).default('automatic'),
  /** From asking for a refund to its being done. */
  refundMs: ms(3_600_000).default(0),
  /** From taking money to settling it; two days with the vendor. */
  settleAfterSeconds: ms(31_536_000).default(172_800),
  /** From one charge of a subscription to the next; 0 is a month of the calendar. */
  monthSeconds: ms(31_536_000).default(0),
  /** Every charge by a mandate is refused by the bank. */
  mandatesFail: z.stringbool().or(z.boolean()).default(false),
  webhooks: z
    .strictObject({
      /** Every event waits so long, and a random time up to `jitterMs` more, which changes their order. */
      delayMs: ms(86_400_000).default(0),
      jitterMs: ms(86_400_000).default(0),
      /** So many further copies of each. */
      duplicates: z.coerce.number().int().min(0).max(10).default(0),
      /** This part of them is never sent, from 0 to 1. */
      lost: z.coerce.number().min(0).max(1).default(0),
      /** The first pause after a failure; each further one is twice as long. */
      retryMs: ms(3_600_000).default(1000),
      /** An answer that takes longer is a failure. */
      timeoutMs: ms(60_000).default(5000),
      /** So many at the same time. */
      atOnce: z.coerce.number().int().min(1).max(1000).default(100),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsShape>;
export type SettingsChange = z.input<typeof settingsShape>;

/** Puts a change on top of what is. @throws ZodError that says what will not do */
export function changed(settings: Settings, change: SettingsChange): Settings {
  const webhooks = { ...settings.webhooks, ...change.webhooks };
  return settingsShape.parse({ ...settings, ...change, webhooks });
}
