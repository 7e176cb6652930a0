import { parseSlots } from '../../../channels/email/slots.ts';
import { asText, fillSlots, type Values } from '../../../channels/email/values.ts';
import { dealt, type Frame, type HeaderMedia, sectionsOf } from '../../../channels/frame.ts';
import { fillPlaces } from '../../../channels/places.ts';
import type { Post } from '../../../channels/social.ts';
import type { PhoneAccountFacts, PhoneChannel } from './accounts.ts';
import { type Category, type ChannelTemplate, placesOf } from './templates.ts';

/** What a run says on telephones in one language, as it was approved. Kept as JSON with the run. */
export interface PhoneText {
  channel: PhoneChannel;
  networkId: string;
  name: string;
  language: string;
  body: string;
  /** Around it, where it has that. */
  frame?: Frame;
  category: Category;
  /** One for each place, as `sectionsOf` has them, with {{fields}}. */
  values: string[];
  /** What the value of a header stands for. */
  media?: HeaderMedia;
  /** Where a value is a web address, ours stands in its place. */
  short?: ShortLinks;
}

/** Our own addresses, which name whoever follows them. */
export interface ShortLinks {
  /** Before the code, such as `https://wecare.example/l/`. */
  base: string;
  /** By address; while none is made yet, a sample stands for it. */
  codes?: Record<string, string>;
}

const SAMPLE = { code: 'AAAAAAAA', token: 'AAAAAAAAAAAAAAAAAAAA' };

/** Values that are a web address and nothing else; one with a field in it leads elsewhere for each reader. */
export const linksIn = ({ values }: Pick<PhoneText, 'values'>): string[] =>
  values.filter((value) => /^https?:\/\/[^\s{}]+$/.test(value) && URL.canParse(value));

export const phoneText = (
  channel: PhoneChannel,
  { networkId, name, language, body, frame, category }: ChannelTemplate,
  { values, publicUrl, media }: { values: string[]; publicUrl?: string; media?: HeaderMedia | undefined },
): PhoneText => ({
  ...{ channel, networkId, name, language, body, category, values },
  ...(Object.keys(frame).length && { frame }),
  ...(media && { media }),
  ...(publicUrl !== undefined && linksIn({ values }).length && { short: { base: `${publicUrl}/l/` } }),
});

/** To one telephone. */
export type Compose = (to: string, values: Values, account: Pick<PhoneAccountFacts, 'links'>) => Post;

/** Made once for a run, called for each who gets it. A value is one line, as networks want it. */
export function compilePhoneText(text: PhoneText): Compose {
  const slots = text.values.map((value) => parseSlots(value).nodes);
  const { networkId: id, name, language, body, frame, media, category, channel } = text;
  const framed = { ...(frame && { frame }), ...(media && { media }) };
  const sections = sectionsOf(body, frame, placesOf(channel));
  const short = shortener(text);
  return (to, values, { links }) => {
    const filled = slots.map((nodes, n) => short(n, values) ?? oneLine(fillSlots(nodes, values, asText)));
    const template = { id, name, language, body, category, values: filled, ...framed };
    const said = dealt(sections, filled).find(({ kind }) => kind === 'body')?.values ?? [];
    return {
      ...{ text: fillPlaces(body, said, placesOf(channel)), language, media: [] },
      person: { to, template, links },
    };
  };
}

/**
 * What stands in a place instead of a web address: code and token where the registered text has our own
 * address before it, the whole of it where it fits, and otherwise what was written.
 */
function shortener({ short, values, body, frame, channel }: PhoneText) {
  const links = linksIn({ values });
  const places = placesOf(channel);
  const before = sectionsOf(body, frame, places).flatMap(({ text, marks }) =>
    text.split(places.mark).slice(0, marks.length),
  );
  return (n: number, said: Values): string | null => {
    const url = values[n];
    if (!short || url === undefined || !links.includes(url)) return null;
    const token = said.link_token ?? SAMPLE.token;
    const tail = [short.codes?.[url] ?? SAMPLE.code, ...(token ? [token] : [])].join('/');
    if (before[n]?.endsWith(short.base)) return tail;
    return short.base.length + tail.length <= places.most ? short.base + tail : null;
  };
}

const oneLine = (value: string): string => value.replace(/\s+/gu, ' ').trim();
