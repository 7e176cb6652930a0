import { type Button, dealt, type HeaderMedia, sectionsOf } from '../../../channels/frame.ts';
import { fillPlaces, type Places } from '../../../channels/places.ts';
import { placesOf } from '../../deliveries/phone/templates.ts';
import type { PhoneText } from '../../deliveries/phone/text.ts';

/** A text with what stands around it, each with its values put in. */
export interface Laid {
  header: string | null;
  media: (HeaderMedia & { kind: 'image' | 'video' | 'document' }) | null;
  /** Whether something is to stand above the text that nobody has chosen yet. */
  needs: 'image' | 'video' | 'document' | null;
  text: string;
  footer: string | null;
  buttons: { kind: Button['kind']; text: string; to: string | null }[];
}

/** What is laid out: a text that is registered, and what stands in its places. */
export type Layable = Pick<PhoneText, 'channel' | 'body' | 'frame' | 'values' | 'media' | 'short'>;

/** How it looks on a telephone. A place that is empty shows its mark, so that one sees where it is. */
export function laidOut({ channel, body, frame = {}, values, media }: Layable): Laid {
  const places = placesOf(channel);
  const filled = dealt(sectionsOf(body, frame, places), values);
  const wordsOf = (section: (typeof filled)[number] | undefined) => section && put(section, places);
  const { header, footer = null, buttons = [] } = frame;
  const above = header && header.kind !== 'text' ? header.kind : null;
  return {
    header:
      header?.kind === 'text' ? (wordsOf(filled.find(({ kind }) => kind === 'header')) ?? header.text) : null,
    ...{ media: above && media ? { ...media, kind: above } : null, needs: media ? null : above },
    ...{ text: wordsOf(filled.find(({ kind }) => kind === 'body')) ?? body, footer },
    buttons: buttons.map((button, n) => {
      const own = filled.find(({ kind, index }) => kind === 'button' && index === n);
      return { kind: button.kind, text: button.text, to: wordsOf(own) ?? goalOf(button) };
    }),
  };
}

const put = ({ text, marks, values }: ReturnType<typeof dealt>[number], places: Places): string =>
  fillPlaces(
    text,
    marks.map((mark, n) => values[n] || mark),
    places,
  );

function goalOf(button: Button): string | null {
  if (button.kind === 'url') return button.url;
  return button.kind === 'call' ? button.phone : null;
}

/** The same as one text, for whoever approves it or compares versions. */
export function readable(text: Layable): string {
  const { header, media, text: body, footer, buttons } = laidOut(text);
  const lines = buttons.map(({ text: words, to }) => (to ? `[${words}] ${to}` : `[${words}]`));
  const all = [media && `[${media.name}]`, header, body, footer, lines.join('\n')]
    .filter(Boolean)
    .join('\n\n');
  // Where our short link will stand, they read the address it leads to.
  return text.short ? all.replaceAll(`${text.short.base}http`, 'http') : all;
}
