import type { ChannelTemplate } from '../../../deliveries/phone/templates.ts';
import { languageName } from '../../../i18n.ts';
import { stateOf } from '../phone-messages/view.ts';
import type { Reading } from '../shell.ts';

/** Registered texts as an account's page lists them. @param base of their addresses */
export const templateRows = (reading: Reading, base: string, templates: ChannelTemplate[]) =>
  templates.map(({ id, name, networkId, body, language, category, state, reason, checkedAt }) => ({
    ...{ name, networkId, body, lang: language, href: `${base}/texts/${id}` },
    ...{ language: languageName(language, reading.language), state: stateOf(reading, state) },
    category: reading.t('phone-template.category', { category }),
    ...{ reason: reasonIn(reading, reason), checkedAt },
  }));

/** Two are our own words for what we found; the rest is the network's. */
function reasonIn({ t }: Reading, reason: string | null): string | null {
  if (reason === 'gone') return t('phone-template.gone');
  return reason === 'unsupported' ? t('phone-template.unsupported') : reason;
}
