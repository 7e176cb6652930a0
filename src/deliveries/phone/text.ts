import { parseSlots } from '../../../channels/email/slots.ts';
import { asText, fillSlots, type Values } from '../../../channels/email/values.ts';
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
  category: Category;
  /** One for each place of the body, with {{fields}}. */
  values: string[];
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
  { networkId, name, language, body, category }: ChannelTemplate,
  { values, publicUrl }: { values: string[]; publicUrl?: string },
): PhoneText => ({
  ...{ channel, networkId, name, language, body, category, values },
  ...(publicUrl !== undefined && linksIn({ values }).length && { short: { base: `${publicUrl}/l/` } }),
});

/** To one telephone. */
export type Compose = (to: string, values: Values, account: Pick<PhoneAccountFacts, 'links'>) => Post;

/** Made once for a run, called for each who gets it. A value is one line, as networks want it. */
export function compilePhoneText(text: PhoneText): Compose {
  const slots = text.values.map((value) => parseSlots(value).nodes);
  const { networkId: id, name, language, body, category, channel } = text;
  const short = shortener(text);
  return (to, values, { links }) => {
    const filled = slots.map((nodes, n) => short(n, values) ?? oneLine(fillSlots(nodes, values, asText)));
    const template = { id, name, language, body, category, values: filled };
    return {
      ...{ text: fillPlaces(body, filled, placesOf(channel)), language, media: [] },
      person: { to, template, links },
    };
  };
}

/**
 * What stands in a place instead of a web address: code and token where the registered text has our own
 * address before it, the whole of it where it fits, and otherwise what was written.
 */
function shortener({ short, values, body, channel }: PhoneText) {
  const links = linksIn({ values });
  const places = placesOf(channel);
  const before = body.split(places.mark);
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
