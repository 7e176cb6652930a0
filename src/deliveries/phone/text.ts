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
}

export const phoneText = (
  channel: PhoneChannel,
  { networkId, name, language, body, category }: ChannelTemplate,
  values: string[],
): PhoneText => ({ channel, networkId, name, language, body, category, values });

/** To one telephone. */
export type Compose = (to: string, values: Values, account: Pick<PhoneAccountFacts, 'links'>) => Post;

/** Made once for a run, called for each who gets it. A value is one line, as networks want it. */
export function compilePhoneText(text: PhoneText): Compose {
  const slots = text.values.map((value) => parseSlots(value).nodes);
  const { networkId: id, name, language, body, category, channel } = text;
  return (to, values, { links }) => {
    const filled = slots.map((nodes) => oneLine(fillSlots(nodes, values, asText)));
    const template = { id, name, language, body, category, values: filled };
    return {
      ...{ text: fillPlaces(body, filled, placesOf(channel)), language, media: [] },
      person: { to, template, links },
    };
  };
}

const oneLine = (value: string): string => value.replace(/\s+/gu, ' ').trim();
