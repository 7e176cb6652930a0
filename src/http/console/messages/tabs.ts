import type { Reading } from '../shell.ts';

const TABS = ['write', 'files', 'test', 'versions'] as const;
export type Tab = (typeof TABS)[number];

/** The pages of one message. */
export const tabsOf = ({ t }: Reading, messageId: string, current: Tab) =>
  TABS.map((tab) => ({
    href: `/console/messages/${messageId}${tab === 'write' ? '' : `/${tab}`}`,
    text: t(`editor.tab.${tab}`),
    current: tab === current,
  }));

/** The pages above a message. */
export const crumbsOf = ({ t }: Reading, campaign: { id: string; name: string }) => [
  { href: '/console/campaigns', text: t('nav.campaigns') },
  { href: `/console/campaigns/${campaign.id}`, text: campaign.name },
];

/** A language by its name in the reader's. */
export function languageName({ t, language }: Pick<Reading, 't' | 'language'>, tag: string): string {
  if (tag === 'en' || tag === 'ml') return t(`editor.language.${tag}`);
  return new Intl.DisplayNames(language, { type: 'language' }).of(tag) ?? tag;
}
