import { BRACES, fillPlaces, placesIn } from '../../../channels/places.ts';

/** A part of a template besides its body, as Graph lists it. */
export interface Component {
  type: 'HEADER' | 'FOOTER' | 'BUTTONS';
  format?: string;
  text?: string;
  buttons?: { type: string; text: string; url?: string; phone_number?: string }[];
}

/** A template as it lies with Meta. */
export interface Kept {
  body: string;
  components: Component[];
}

interface Parameter {
  type?: string;
  text?: string;
  payload?: string;
  [kind: string]: unknown;
}

/** A part of a message that is to be sent. */
export interface Filling {
  type?: string;
  sub_type?: string;
  index?: string | number;
  parameters?: Parameter[];
}

/** What the reader sees around the text. */
export interface Around {
  header: string | null;
  /** The address of a picture, a video or a paper. */
  media: string | null;
  footer: string | null;
  buttons: { text: string; url: string | null }[];
}

export type Read = { text: string; around: Around };

/**
 * Fills a template as Meta does. @returns what the reader sees, or the code with which Meta refuses:
 * 132000 for another number of values than places, 132012 for one of another kind, 131008 for a button
 * without its value, 132018 for a value that may not be
 */
export function filled({ body, components }: Kept, said: Filling[]): Read | number {
  const of = (type: string) => said.filter((one) => one.type === type);
  if (said.some(({ type }) => !['header', 'body', 'button'].includes(type ?? ''))) return 100;
  const values = textsIn(of('body')[0]);
  if (values.length !== placesIn(body, BRACES).length) return 132000;
  if (values.some((value) => /[\n\t]| {5,}/.test(value))) return 132018;
  const header = headerOf(components, of('header')[0]);
  if (typeof header === 'number') return header;
  const buttons = buttonsOf(components, of('button'));
  if (typeof buttons === 'number') return buttons;
  const footer = components.find(({ type }) => type === 'FOOTER')?.text ?? null;
  return { text: fillPlaces(body, values, BRACES), around: { ...header, footer, buttons } };
}

const textsIn = (filling: Filling | undefined): string[] =>
  filling?.parameters?.map(({ text = '' }) => text) ?? [];

function headerOf(components: Component[], said: Filling | undefined) {
  const kept = components.find(({ type }) => type === 'HEADER');
  const given = said?.parameters ?? [];
  if (!kept) return given.length ? 132000 : { header: null, media: null };
  if (kept.format === 'TEXT') {
    const text = kept.text ?? '';
    if (given.length !== placesIn(text, BRACES).length) return 132000;
    if (given.some(({ type }) => type !== 'text')) return 132012;
    return { header: fillPlaces(text, textsIn(said), BRACES), media: null };
  }
  const kind = String(kept.format).toLowerCase();
  // "Format mismatch, expected IMAGE, received UNKNOWN".
  if (given.length !== 1 || given[0]?.type !== kind) return 132012;
  const { link } = (given[0][kind] ?? {}) as { link?: string };
  return link && /^https?:\/\//.test(link) ? { header: null, media: link } : 131053;
}

function buttonsOf(components: Component[], said: Filling[]): Around['buttons'] | number {
  const kept = components.find(({ type }) => type === 'BUTTONS')?.buttons ?? [];
  const shown: Around['buttons'] = [];
  for (const [n, { type, text, url = null }] of kept.entries()) {
    const filling = said.find(({ index }) => String(index) === String(n));
    const value = filling?.parameters?.[0];
    if (url?.includes('{{') && type === 'URL') {
      if (filling?.sub_type !== 'url' || value?.type !== 'text' || !value.text) return 131008;
      shown.push({ text, url: fillPlaces(url, [value.text], BRACES) });
    } else if (filling && type === 'QUICK_REPLY') {
      if (filling.sub_type !== 'quick_reply' || value?.type !== 'payload' || !value.payload) return 132012;
      shown.push({ text, url: null });
    } else if (filling) return 132000;
    else shown.push({ text, url });
  }
  return said.some(({ index }) => !kept[Number(index)]) ? 132000 : shown;
}
