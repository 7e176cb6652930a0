import { z } from 'zod';
import { designs } from './designs.ts';
import { kindNames } from './kinds.ts';

/** Who may see a page: everybody; whoever has its address; whoever has its address and the guests' code. */
export const visibilities = ['public', 'unlisted', 'guests'] as const;
export type Visibility = (typeof visibilities)[number];

/** Marks that turn the direction of writing could make a name read as another's; joiners belong to Malayalam. */
const TURNING = /[\u202A-\u202E\u2066-\u2069\u200E\u200F]/gu;
/** One line, without controls and turning marks; blanks count once. */
const line = (longest: number) =>
  z
    .string()
    .transform((text) =>
      text
        .replace(TURNING, '')
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim(),
    )
    .pipe(z.string().max(longest));
/** Paragraphs; a blank line parts them. */
const prose = (longest: number) =>
  z
    .string()
    .transform((text) =>
      text
        .replace(TURNING, '')
        .replace(/\r\n?/g, '\n')
        .replace(/[^\P{Cc}\n]/gu, '')
        .replace(/\n{3,}/g, '\n\n')
        .trim(),
    )
    .pipe(z.string().max(longest));

export const NAME_LONGEST = 80;
export const LINE_LONGEST = 160;
export const STORY_LONGEST = 4000;

/** A photograph of the page, and what of it is shown first. */
export const Photo = z.strictObject({
  /** Of the files of the family's pictures, photos.ts. */
  id: z.uuid(),
  /** Where the middle of what matters is, in hundredths of its width and height: a narrow frame keeps it. */
  x: z.number().int().min(0).max(100).default(50),
  y: z.number().int().min(0).max(100).default(40),
  caption: line(200).default(''),
});

/** Everything that guests see of a page; one of these, as it was asked for, is what somebody approves. */
export const OccasionContent = z.strictObject({
  /** Whose day it is; for a wedding both. Of a child without a surname, unless that was chosen. */
  names: z.array(line(NAME_LONGEST)).max(2),
  /** Who invites, such as a family or an office. */
  from: line(NAME_LONGEST).default(''),
  /** India's calendar. */
  day: z.iso.date().nullable(),
  line: line(LINE_LONGEST),
  story: prose(STORY_LONGEST),
  /** In which language the family wrote. */
  language: z.enum(['ml', 'en']),
  photos: z.array(Photo).max(12),
  design: z.enum(designs),
  /** The project it is for; null for the fund. */
  project: z.uuid().nullable(),
  /** Whole paise as text; null without one. */
  goal: z
    .string()
    .regex(/^[1-9]\d{0,12}$/)
    .nullable(),
  /** Whether guests see what came together. */
  progress: z.boolean(),
  visibility: z.enum(visibilities),
  /** The last day on which gifts are taken; null for a year after the day. */
  until: z.iso.date().nullable(),
  /** Of Kerala, for the Mission's own figures; null when it was not said. */
  district: z.string().max(40).nullable().default(null),
});
export type OccasionContent = z.output<typeof OccasionContent>;

export const OccasionKindName = z.enum(kindNames as [string, ...string[]]);

/** A page at its beginning. */
export const emptyContent = (language: 'ml' | 'en', design: string): OccasionContent =>
  OccasionContent.parse({
    ...{ names: [], day: null, line: '', story: '', language, photos: [], design, project: null },
    ...{ goal: null, progress: false, visibility: 'unlisted', until: null },
  });
