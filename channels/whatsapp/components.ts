import { NetworkFailure } from '../failure.ts';
import { type Button, countOf, dealt, type Frame, type HeaderMedia, sectionsOf } from '../frame.ts';
import { BRACES, fillPlaces } from '../places.ts';
import type { Template } from '../registered.ts';
import type { Problem } from '../social.ts';

type Dealt = ReturnType<typeof dealt>[number];

const dealtOf = ({ body = '', frame, values }: Template): Dealt[] => dealt(sectionsOf(body, frame), values);

/** Cloud API, "Sending template messages": what fills a template, part by part; none where nothing does. */
export function componentsOf(template: Template): object[] {
  const { frame = {}, media } = template;
  const filled = dealtOf(template)
    .filter(({ marks }) => marks.length)
    .map((section) => componentOf(section, frame, media));
  return [...filled, ...repliesOf(frame.buttons ?? [])];
}

function componentOf(section: Dealt, { header }: Frame, media: HeaderMedia | undefined): object {
  switch (section.kind) {
    case 'media':
      return { type: 'header', parameters: [mediaOf(header?.kind ?? 'image', media)] };
    case 'button': {
      const parameters = [{ type: 'text', text: section.values[0] ?? '' }];
      return { type: 'button', sub_type: 'url', index: String(section.index), parameters };
    }
    default:
      return { type: section.kind, parameters: textsOf(section) };
  }
}

/** Places with a name are filled by it, numbers in order. */
const textsOf = ({ values, marks }: Dealt) =>
  values.map((text, n) => {
    const name = marks[n]?.slice(2, -2) ?? '';
    return { type: 'text', ...(/^\d*$/.test(name) ? {} : { parameter_name: name }), text };
  });

function mediaOf(kind: string, media: HeaderMedia | undefined): object {
  if (!media) throw new NetworkFailure('permanent', 'media');
  const { url: link, name: filename } = media;
  return { type: kind, [kind]: { link, ...(kind === 'document' && { filename }) } };
}

/** What comes back to us when somebody presses it: its own words. */
const repliesOf = (buttons: Button[]): object[] =>
  buttons.flatMap(({ kind, text }, n) =>
    kind === 'reply'
      ? [
          {
            ...{ type: 'button', sub_type: 'quick_reply', index: String(n) },
            parameters: [{ type: 'payload', payload: text }],
          },
        ]
      : [],
  );

/** Of a header's text with its value, and of a button's whole address (Cloud API, template components). */
const LONGEST = { header: 60, button: 2000 };
/** What a header may be: Cloud API, "Supported media types"; bytes at most. */
const MEDIA = {
  image: { types: ['image/jpeg', 'image/png'], bytes: 5 * 1024 ** 2 },
  video: { types: ['video/mp4', 'video/3gpp'], bytes: 16 * 1024 ** 2 },
  document: { types: ['application/pdf'], bytes: 100 * 1024 ** 2 },
};

/** What keeps the parts around a text, or its values, from being sent. */
export function frameProblems(template: Template): Problem[] {
  const { body = '', frame = {}, values, media } = template;
  if (values.length !== countOf(sectionsOf(body, frame))) return [{ code: 'not-the-template', hard: true }];
  return dealtOf(template).flatMap((section): Problem[] => {
    if (section.kind === 'body') return [];
    if (section.kind === 'media') return mediaProblems(frame, media);
    const [is, most] = [fillPlaces(section.text, section.values, BRACES).length, LONGEST[section.kind]];
    if (is > most) return [{ code: 'place-too-long', hard: true, is: section.values.join('').length, most }];
    // It is put behind an address as it is.
    const broken = section.kind === 'button' && /\s/.test(section.values[0] ?? '');
    return broken ? [{ code: 'not-an-address', hard: true, what: section.values[0] ?? '' }] : [];
  });
}

/** Whether what is to stand above the text is not chosen, or not there any more. */
export const lacksHeader = ({ frame, media }: Template): boolean =>
  !media && Boolean(frame?.header && frame.header.kind !== 'text');

function mediaProblems({ header }: Frame, media: HeaderMedia | undefined): Problem[] {
  if (!header || header.kind === 'text') return [];
  if (!media) return [];
  const { types, bytes } = MEDIA[header.kind];
  if (!types.includes(media.mime)) return [{ code: 'media-type', hard: true, what: types.join(', ') }];
  if (media.bytes > bytes) return [{ code: 'media-too-large', hard: true, most: bytes }];
  return [];
}
