import type { Frame } from '../../../../channels/frame.ts';
import { networks } from '../../../../channels/networks.ts';
import { lookAt, type OfferedTemplate, type PhoneLook } from '../../../campaigns/phone/look.ts';
import { laidOut } from '../../../campaigns/phone/reading.ts';
import { problemWords } from '../../../campaigns/posts/words.ts';
import { mergeFields } from '../../../contacts/fields.ts';
import type { PhoneAccountFacts } from '../../../deliveries/phone/accounts.ts';
import { Refusal } from '../../../errors.ts';
import { formatAmount, languageName } from '../../../i18n.ts';
import type { Web } from '../../web.ts';
import type { Reading } from '../shell.ts';
import { fieldOf, type Place, sidesOf, type Typed } from './form.ts';
import { laidView } from './laid.ts';
import { picksFor } from './picks.ts';

const titleOf = (channel: keyof typeof networks): string => networks[channel]?.title ?? channel;

/** The templates to choose from; `address` makes the one that leads on. */
export const offersView = (
  reading: Reading,
  offered: OfferedTemplate[],
  address: (template: OfferedTemplate) => string,
) =>
  offered.map((template) => ({
    ...{ name: template.name, account: template.account.name, network: titleOf(template.account.channel) },
    href: sidesOf(template).length ? address(template) : null,
    texts: template.texts.map(({ language, body, frame, state }) => ({
      ...{ lang: language, language: languageName(language, reading.language) },
      ...laidView(reading, '', laidOut({ channel: template.account.channel, body, frame, values: [] })),
      state: state === 'approved' ? null : stateOf(reading, state),
    })),
  }));

const LOOKS = { approved: 'sent', pending: 'planned', refused: 'failed', paused: 'held' } as const;

/** Whether a network lets a template be sent, as a badge. */
export const stateOf = ({ t }: Pick<Reading, 't'>, state: keyof typeof LOOKS) => ({
  look: LOOKS[state],
  text: t('phone-template.state', { state }),
});

/** The form's places, with what is typed into them, beside the text as it was registered. */
export async function formView(web: Web, reading: Reading, template: OfferedTemplate, typed: Typed) {
  const sides = await Promise.all(
    sidesOf(template).map(async ({ language, body, frame, places }) => ({
      ...{ lang: language, language: languageName(language, reading.language) },
      ...laidView(reading, '', laidOut({ channel: template.account.channel, body, frame, values: [] })),
      values: await Promise.all(
        places.map(async (place, n) => {
          const value = typed.values[language]?.[n] ?? '';
          const label = labelOf(reading, place, frame);
          const name = fieldOf(language, n);
          const picks = place.kind === 'media' ? await picksFor(web, reading, { frame, value }) : null;
          return { name, value, label, picks };
        }),
      ),
    })),
  );
  return {
    ...{ sides, template: template.name, names: template.names.join(', '), account: template.account },
    base: `${web.ground.config.publicUrl}/l/`,
    network: titleOf(template.account.channel),
    fields: (await mergeFields(web.ground.sql)).slice(0, 12).map((field) => `{{${field}}}`),
  };
}

/** A place by what it is part of: of the text it has a number, of a button the button's words. */
function labelOf({ t }: Reading, { kind, index, n }: Place, { header, buttons }: Frame): string {
  if (kind === 'header') return t('phone-message.value.header');
  if (kind === 'media') return t('phone-template.header.kind', { kind: header?.kind ?? 'image' });
  if (kind === 'body') return t('phone-message.value', { n: n + 1 });
  return t('phone-message.value.button', { text: buttons?.[index]?.text ?? '' });
}

/** How it would read, what keeps it from being sent, what one costs. */
export async function lookOf(web: Web, reading: Reading, template: OfferedTemplate, typed: Typed) {
  try {
    const { account, looks } = await lookAt(web.ground, template, typed.values);
    const { publicUrl } = web.ground.config;
    const cards = looks.map((look) => cardOf(reading, account, { look, publicUrl }));
    const problems = cards.filter(({ hard }) => hard).length;
    const blank = !Object.values(typed.values).flat().some(Boolean) && problems > 0;
    // Nobody is told that what is not begun is wrong.
    const shown = blank ? cards.map((card) => ({ ...card, problems: [] })) : cards;
    return { cards: shown, refused: null, problems, blank, well: cards.length > 0 && !problems };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { cards: [], refused: reading.said(error), problems: 0, blank: false, well: false };
  }
}

interface Looked {
  look: PhoneLook;
  publicUrl: string;
}

function cardOf(reading: Reading, { channel, name }: PhoneAccountFacts, { look, publicUrl }: Looked) {
  const { language, length, most, problems, cost } = look;
  return {
    ...{ lang: language, language: languageName(language, reading.language), name },
    ...laidView(reading, publicUrl, look),
    ...{ network: channel, title: titleOf(channel), initial: [...name][0] ?? '' },
    size: reading.t(channel === 'sms' ? 'phone-message.parts' : 'phone-message.characters', { length, most }),
    over: length > most,
    cost: cost ? reading.t('phone-message.cost', { amount: formatAmount(BigInt(cost)) }) : null,
    hard: problems.some((one) => one.hard),
    problems: problems.map((one) => ({ hard: one.hard, text: reading.said(problemWords(one)) })),
  };
}
