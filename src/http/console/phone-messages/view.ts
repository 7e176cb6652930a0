import { networks } from '../../../../channels/networks.ts';
import { lookAt, type OfferedTemplate, type PhoneLook } from '../../../campaigns/phone/look.ts';
import { problemWords } from '../../../campaigns/posts/words.ts';
import { mergeFields } from '../../../contacts/fields.ts';
import type { PhoneAccountFacts } from '../../../deliveries/phone/accounts.ts';
import { Refusal } from '../../../errors.ts';
import { formatAmount, languageName } from '../../../i18n.ts';
import type { Web } from '../../web.ts';
import type { Reading } from '../shell.ts';
import { fieldOf, sidesOf, type Typed } from './form.ts';

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
    texts: template.texts.map(({ language, body, state }) => ({
      ...{ lang: language, language: languageName(language, reading.language), body },
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
  const sides = sidesOf(template).map(({ language, body, places }) => ({
    ...{ lang: language, language: languageName(language, reading.language), body },
    values: Array.from({ length: places }, (_, n) => ({
      ...{ name: fieldOf(language, n), value: typed.values[language]?.[n] ?? '' },
      label: reading.t('phone-message.value', { n: n + 1 }),
    })),
  }));
  return {
    ...{ sides, template: template.name, account: template.account },
    base: `${web.ground.config.publicUrl}/l/`,
    network: titleOf(template.account.channel),
    fields: (await mergeFields(web.ground.sql)).slice(0, 12).map((field) => `{{${field}}}`),
  };
}

/** How it would read, what keeps it from being sent, what one costs. */
export async function lookOf(web: Web, reading: Reading, template: OfferedTemplate, typed: Typed) {
  try {
    const { account, looks } = await lookAt(web.ground, template, typed.values);
    const cards = looks.map((look) => cardOf(reading, account, look));
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

function cardOf(reading: Reading, { channel, name }: PhoneAccountFacts, look: PhoneLook) {
  const { language, text, length, most, problems, cost } = look;
  return {
    ...{ lang: language, language: languageName(language, reading.language), text, name },
    ...{ network: channel, title: titleOf(channel), initial: [...name][0] ?? '' },
    size: reading.t(channel === 'sms' ? 'phone-message.parts' : 'phone-message.characters', { length, most }),
    over: length > most,
    cost: cost ? reading.t('phone-message.cost', { amount: formatAmount(BigInt(cost)) }) : null,
    hard: problems.some((one) => one.hard),
    problems: problems.map((one) => ({ hard: one.hard, text: reading.said(problemWords(one)) })),
  };
}
