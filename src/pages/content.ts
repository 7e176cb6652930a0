import { z } from 'zod';

/** What a project is about; its words stand in the catalogues as `project.theme.NAME`. */
export const themes = ['children', 'elderly', 'disability', 'illness', 'family', 'other'] as const;
export type Theme = (typeof themes)[number];

/** Both languages stand beside each other; what is missing in one is shown in the other. */
const both = (longest: number) =>
  z.strictObject({ en: z.string().trim().max(longest), ml: z.string().trim().max(longest) });
const written = (longest: number) => z.string().trim().min(1).max(longest);
const asset = z.uuid();
/** Whole paise, as text: JSON knows no bigint. */
const paise = z.string().regex(/^[1-9]\d{0,14}$/);

/** One piece of a story; a text holds paragraphs, `**strong words**` and `[words](https://…)`, nothing else. */
export const StoryBlock = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('heading'), text: written(200) }),
  z.strictObject({ type: z.literal('text'), text: written(6000) }),
  z.strictObject({ type: z.literal('picture'), asset, caption: z.string().trim().max(300).default('') }),
  z.strictObject({
    type: z.literal('quote'),
    text: written(1000),
    who: z.string().trim().max(200).default(''),
  }),
  z.strictObject({
    type: z.literal('numbers'),
    rows: z
      .array(z.strictObject({ number: written(40), words: written(200) }))
      .min(1)
      .max(8),
  }),
  z.strictObject({ type: z.literal('divider') }),
]);

const Told = z.strictObject({
  title: z.string().trim().max(120),
  /** One or two sentences under the title, and on cards and shares. */
  summary: z.string().trim().max(300),
  story: z.array(StoryBlock).max(60),
  /** What happens with the money if the goal is not reached: told before giving. */
  unreached: z.string().trim().max(600),
});

/** Everything a project's page says. One of these is a version. */
export const Content = z.strictObject({
  en: Told,
  ml: Told,
  /** Of the media library; without one a drawing of ours is shown. */
  cover: asset.nullable(),
  goal: z.strictObject({
    /** Null for a project without a goal. */
    amount: paise.nullable(),
    /** Nothing is taken beyond it: the rest of a gift goes to the general fund, and the form says so. */
    capped: z.boolean(),
    /** India's calendar; the last day on which gifts are taken. */
    until: z.iso.date().nullable(),
    /** Counted in things: how much one costs, and what it is (`person fed for a month`). */
    unit: z.strictObject({ cost: paise, one: both(80), many: both(80) }).nullable(),
  }),
  /** What the money is spent on; with a goal in rupees their sum is the goal. */
  costs: z.array(z.strictObject({ amount: paise, words: both(120) })).max(12),
  milestones: z.array(z.strictObject({ amount: paise, words: both(160) })).max(12),
  /** Amounts the form suggests, with what each does. */
  suggestions: z.array(z.strictObject({ amount: paise, words: both(120) })).max(4),
  /** Consents of image (src/pages/consents.ts) that cover whom the page shows, names or tells of. */
  consents: z.array(z.uuid()).max(40),
});
export type Content = z.output<typeof Content>;
export type StoryBlock = z.output<typeof StoryBlock>;
