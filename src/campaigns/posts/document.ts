import { z } from 'zod';
import { networkNames } from '../../../channels/social.ts';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { KEEPS } from './shapes.ts';

/** A picture or video of the media library in a post. */
export const shownMedia = z.strictObject({
  asset: z.uuid(),
  /** In the post's language; what the library says of it unless given. */
  alt: z.string().max(2000).optional(),
  /** The part that is kept where a network wants another shape, as shares of width and height. */
  crop: z
    .strictObject({
      ...{ x: z.number().min(0).max(1), y: z.number().min(0).max(1) },
      ...{ width: z.number().gt(0).max(1), height: z.number().gt(0).max(1) },
    })
    .optional(),
  /** The shape that it is cut to, by its name, such as `4:5`; one that a network does not take is not heeded. */
  shape: z.string().max(20).optional(),
  /** Which side stays when it is cut; that to which a look goes first unless given. */
  keep: z.enum(KEEPS).optional(),
});

export const postLink = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Ours in its place, which counts visits. */
  short: z.boolean().default(true),
});

/** What a network gets instead of the master; what is absent follows it. */
export const postVariant = z.strictObject({
  text: z.string().max(20_000).optional(),
  media: z.array(shownMedia).max(20).optional(),
  /** Null is none. */
  link: postLink.nullable().optional(),
  firstComment: z.string().max(8000).optional(),
  title: z.string().max(300).optional(),
});

/** What is written once and published on many networks, in one language. */
export const postDocument = z.strictObject({
  text: z.string().max(20_000),
  media: z.array(shownMedia).max(20).default([]),
  link: postLink.optional(),
  firstComment: z.string().max(8000).optional(),
  title: z.string().max(300).optional(),
  variants: z.partialRecord(z.enum(networkNames), postVariant).default({}),
});

export type PostDocument = z.infer<typeof postDocument>;
/** As an author writes it. */
export type PostInput = z.input<typeof postDocument>;
export type ShownMedia = z.infer<typeof shownMedia>;

/** @throws Refusal that names the field which will not do */
export function readDocument(value: unknown): PostDocument {
  const parsed = postDocument.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal(say`The post will not do: ${issue?.path.join('.') || 'text'}: ${issue?.message ?? ''}.`);
}

/** What one network gets: the variant, and the master for the rest. */
export function variantFor(document: PostDocument, network: string): Omit<PostDocument, 'variants'> {
  const { variants, ...master } = document;
  const own = variants[network as keyof typeof variants] ?? {};
  const { link: ownLink, ...rest } = own;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const merged = { ...master, ...said } as Omit<PostDocument, 'variants'>;
  if (ownLink === undefined) return merged;
  const { link: _, ...without } = merged;
  return ownLink ? { ...without, link: ownLink } : without;
}
