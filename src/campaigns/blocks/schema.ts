import { z } from 'zod';
import { parseSlots, TemplateError } from '../../../channels/email/slots.ts';

const SLOT = /\{\{[\s\S]*?\}\}/g;
const PLAIN_SLOT = /\{\{\s*[\w.]+\s*\}\}/g;
/** `[words](target)` in a text. */
export const LINK = /\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000})\)/g;

/** What neither a mail nor its text part can carry: controls, lone surrogates, private characters. */
const UNSPEAKABLE = /[^\P{Cc}\n\t]|[\p{Cs}\p{Co}\p{Cn}]/u;

/** Why a text cannot stand in a mail, or null. */
function faultOf(text: string): string | null {
  if (UNSPEAKABLE.test(text)) return 'it holds control characters or broken letters. Type them anew';
  for (const [slot] of text.matchAll(SLOT)) {
    if (/[<>[\]*]/.test(slot)) return `${slot} may not hold < > [ ] or *. Take them out`;
  }
  for (const [, , target = ''] of text.matchAll(LINK)) {
    if (!isTarget(target)) return `the link to ${target} is not allowed. Use https://, http:// or mailto:`;
  }
  return slotFault(text);
}

function slotFault(text: string): string | null {
  try {
    parseSlots(text);
    return null;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `line ${error.line}, column ${error.column}: ${error.reason}`;
  }
}

/** A web address, a mailto address, or one merge field alone. A name before the host hides where it leads. */
function isTarget(target: string): boolean {
  if (/^\{\{[\w.]+\}\}$/.test(target)) return true;
  const bare = target.replace(PLAIN_SLOT, 'x');
  if (/[\s"'<>`\\{}]/.test(bare) || !/^(https?:\/\/[^/]|mailto:[^@]+@[^@]+$)/i.test(bare)) return false;
  if (/^https?:\/\/[^/]*\{\{/i.test(target) || !URL.canParse(bare)) return false;
  return new URL(bare).username === '' || /^mailto:/i.test(bare);
}

const written = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => text.trim() !== '', 'it is empty. Write something or take the block out')
    .superRefine((text, context) => {
      const fault = faultOf(text);
      if (fault) context.addIssue({ code: 'custom', message: fault });
    });
/** Stands in an attribute, where a slot with words of its own would end the quotes. */
const label = written(300).refine(
  (text) => !/[{}]/.test(text.replace(PLAIN_SLOT, '')),
  'here only a merge field by itself may stand: {{name}}',
);
const target = z
  .string()
  .max(2000)
  .refine(isTarget, 'it must begin with https://, http:// or mailto:, or be a merge field');
/** Of the media library (asset:ID), drawn by us (art:NAME), carried by the mail (cid:NAME), or of the web. */
const picture = z
  .string()
  .max(2000)
  .refine(
    (src) =>
      /^asset:[0-9a-f][0-9a-f-]{3,35}$/i.test(src) ||
      /^art:[a-z][a-z-]{1,40}$/.test(src) ||
      /^cid:[^\s"'<>{}]{1,200}$/i.test(src) ||
      (isTarget(src) && /^https?:/i.test(src)),
    'it must be asset:ID of the media library, art:NAME of our drawings, cid:NAME of an inline file, or begin with https://',
  );

const single = [
  z.strictObject({
    type: z.literal('heading'),
    text: written(300),
    /** 1 is the title, once; 2 stands within. */
    level: z.union([z.literal(1), z.literal(2)]).default(2),
    /** A few words above it. */
    above: written(200).optional(),
  }),
  z.strictObject({ type: z.literal('text'), text: written(8000), quiet: z.boolean().default(false) }),
  z
    .strictObject({
      type: z.literal('picture'),
      src: picture,
      /** What is seen on it, for people who do not see it; of the library, what is written there. */
      alt: label.optional(),
      href: target.optional(),
      /** Pixels, at most 536. */
      width: z.int().min(16).max(536).optional(),
    })
    .refine(({ src, alt }) => alt !== undefined || /^asset:/i.test(src), {
      path: ['alt'],
      message: 'it is missing. Say what is seen on the picture',
    }),
  z.strictObject({ type: z.literal('button'), text: written(80), href: target }),
  z.strictObject({ type: z.literal('quote'), text: written(2000), who: written(200).optional() }),
  z.strictObject({ type: z.literal('divider') }),
  z.strictObject({
    type: z.literal('numbers'),
    rows: z
      .array(z.strictObject({ number: written(40), words: written(300) }))
      .min(1)
      .max(12),
  }),
] as const;
const Single = z.discriminatedUnion('type', [...single]);
const half = z.array(Single).min(1).max(10);
export const Block = z.discriminatedUnion('type', [
  ...single,
  z.strictObject({ type: z.literal('columns'), columns: z.tuple([half, half]) }),
  z.strictObject({
    type: z.literal('raw'),
    /** Whole mj-section, mj-wrapper, mj-hero or mj-raw elements. */
    mjml: z
      .string()
      .max(64 * 1024)
      .refine(
        (mjml) =>
          /^\s*<mj-(section|wrapper|hero|raw)\b/.test(mjml) && !/<\/?(mjml|mj-body|mj-head)\b/.test(mjml),
        'it must begin with mj-section, mj-wrapper, mj-hero or mj-raw, without <mjml>, <mj-body> or <mj-head>',
      ),
  }),
]);

/**
 * A mail as blocks, for people who do not write MJML. Texts may hold {{fields}} of the limited
 * Handlebars, `**strong words**` and `[words](https://…)`; an empty line begins a new paragraph.
 */
export const Letter = z.strictObject({
  /** BCP 47, such as ml; decides fonts, line height and the words of head and foot. */
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'it is no language tag, such as ml or en'),
  title: label,
  /** `dawn` draws the sun over the backwater above the text. */
  scene: z.enum(['dawn', 'none']).default('none'),
  /** Where the name at the head leads. */
  site: target.default('https://wecare.example/'),
  /** Lines at the foot in place of what the settings say of the organisation. */
  sender: z.array(written(200)).min(1).max(6).optional(),
  /** What the foot says: why a campaign comes and how to stop it, or that this is a notice. */
  foot: z.enum(['campaign', 'notice']).default('campaign'),
  blocks: z.array(Block).min(1).max(60),
});

export type Letter = z.infer<typeof Letter>;
export type Block = Letter['blocks'][number];
export type Single = z.infer<typeof Single>;
