import type { Request } from 'express';
import { type Section, sectionsOf } from '../../../../channels/frame.ts';
import { type OfferedTemplate, together } from '../../../campaigns/phone/look.ts';
import type { PhoneWish } from '../../../campaigns/phone/writing.ts';
import type { PhoneChannel } from '../../../deliveries/phone/accounts.ts';
import { type ChannelTemplate, placesOf } from '../../../deliveries/phone/templates.ts';
import type { PhoneText } from '../../../deliveries/phone/text.ts';
import { readForm } from '../../form.ts';
import type { Reading } from '../shell.ts';

/** A message to telephones as it lies on somebody's screen. */
export interface Typed {
  /** Of the message, when the writing began; 0 for a new one. */
  revision: number;
  name: string;
  purpose: string;
  /** Of a new message; later they are a matter of its plan. */
  lists: string[];
  /** What stands in the places, in order, by language. */
  values: Record<string, string[]>;
}
export type Faults = Partial<Record<'name' | 'purpose' | 'lists', string>>;

/** The template that an address or a form names: the account's id and its name, or several with commas. */
export function templateNamed(
  offered: OfferedTemplate[],
  account: string,
  name: string,
): OfferedTemplate | undefined {
  const named = [...new Set(name.split(','))].slice(0, 20).map((each) => {
    return offered.find((one) => one.account.id === account && one.name === each);
  });
  const there = named.flatMap((one) => one ?? []);
  return there.length < named.length ? undefined : there.length > 1 ? together(there) : there[0];
}

/** The languages in which it may be sent, with the number of their places. */
export const sidesOf = ({ account, texts }: OfferedTemplate) =>
  texts
    .filter(({ state }) => state === 'approved')
    .map((text) => ({ ...text, places: placesIn(account.channel, text) }));

/** What is asked of an author, in the order of the values. */
const placesIn = (channel: PhoneChannel, { body, frame }: ChannelTemplate): Place[] =>
  sectionsOf(body, frame, placesOf(channel)).flatMap(({ kind, index, marks }) =>
    marks.map((_, n) => ({ kind, index, n })),
  );

export interface Place extends Pick<Section, 'kind' | 'index'> {
  /** Among those of its section, from 0. */
  n: number;
}

export function readTyped(req: Pick<Request, 'body'>, template: OfferedTemplate): Typed {
  const form = readForm(req);
  const values = sidesOf(template).map(({ language, places }) => [
    language,
    places.map((_, n) => form.long(fieldOf(language, n)).trim().slice(0, 2000)),
  ]);
  return {
    ...{ revision: Number(form.text('revision')) || 0, name: form.text('name') },
    ...{ purpose: form.text('purpose'), lists: form.all('lists') },
    values: Object.fromEntries(values),
  };
}

/** A value's name in the form. */
export const fieldOf = (language: string, n: number): string => `value.${language}.${n + 1}`;

export const faultsOf = ({ name, purpose, lists }: Typed, t: Reading['t'], isNew: boolean): Faults => ({
  ...(!name.trim() && { name: t('editor.fault.name') }),
  ...(!purpose.trim() && { purpose: t('editor.fault.purpose') }),
  ...(isNew && !lists.length && { lists: t('new-message.fault.lists') }),
});

export const wishOf = ({ account, names }: OfferedTemplate, { values }: Typed): PhoneWish => ({
  ...{ channel: account.channel, account: account.name, templates: names, values },
});

/** The values that a message is kept with. */
export const keptValues = (texts: PhoneText[]): Typed['values'] =>
  Object.fromEntries(texts.map(({ language, values }) => [language, values]));
