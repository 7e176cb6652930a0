import { BRACES, type Places, placesIn } from './places.ts';

/** What stands around the text of a registered template, where a network has it. */
export interface Frame {
  header?: { kind: 'text'; text: string } | { kind: MediaKind };
  footer?: string;
  /** In the order in which readers see them. */
  buttons?: Button[];
}
export const mediaKinds = ['image', 'video', 'document'] as const;
export type MediaKind = (typeof mediaKinds)[number];
export type Button =
  /** Its address may end in a place. */
  | { kind: 'url'; text: string; url: string }
  /** Comes back to us as an answer when it is pressed. */
  | { kind: 'reply'; text: string }
  | { kind: 'call'; text: string; phone: string };

/** A picture, video or paper above the text, as the network fetches it. */
export interface HeaderMedia {
  url: string;
  mime: string;
  bytes: number;
  name: string;
}

/** A stretch of a template with places of its own. */
export interface Section {
  kind: 'header' | 'media' | 'body' | 'button';
  /** Of a button, among all of them, from 0. */
  index: number;
  text: string;
  /** One for each value that it takes, in order. */
  marks: string[];
}

/** The one place of a picture, video or paper. */
const MEDIA = '{{1}}';

/** What takes values, in the order in which an author gives them: above, the text, then the buttons. */
export function sectionsOf(body: string, frame: Frame = {}, places: Places = BRACES): Section[] {
  const section = (kind: Section['kind'], text: string, index = 0): Section => ({
    ...{ kind, index, text },
    marks: placesIn(text, places),
  });
  const { header, buttons = [] } = frame;
  return [
    ...(header?.kind === 'text' ? [section('header', header.text)] : []),
    ...(header && header.kind !== 'text' ? [section('media', MEDIA)] : []),
    section('body', body),
    ...buttons.map((one, n) => section('button', one.kind === 'url' ? one.url : '', n)),
  ].filter(({ kind, marks }) => kind === 'body' || marks.length > 0);
}

/** Values beside the sections that take them; what is too much falls away. */
export function dealt(sections: Section[], values: string[]): (Section & { values: string[] })[] {
  let from = 0;
  return sections.map((section) => {
    const mine = values.slice(from, from + section.marks.length);
    from += section.marks.length;
    return { ...section, values: mine };
  });
}

/** How many values it takes. */
export const countOf = (sections: Section[]): number =>
  sections.reduce((sum, { marks }) => sum + marks.length, 0);
