import type { Request, Response } from 'express';
import { isPhoneChannel } from '../../../deliveries/phone/accounts.ts';
import { staffOf } from '../../staff.ts';
import type { Web } from '../../web.ts';
import { type Reading, readingOf } from '../shell.ts';

const TABS = ['write', 'files', 'test', 'versions', 'plan', 'approval'] as const;
/** A post carries its pictures itself, and is tried by looking at it; so is what goes to telephones. */
const WITHOUT_FILES = TABS.filter((tab) => tab !== 'files' && tab !== 'test');
type Tab = (typeof TABS)[number];

/** The pages of one message, as far as the reader may open them. */
export function tabsOf(
  { web, req, res }: { web: Web; req: Request; res: Response },
  { id, channel }: { id: string; channel: string },
  current: Tab,
) {
  const { t } = readingOf(req, res);
  const endOf = (tab: Tab) => (tab === 'write' ? '' : `/${tab}`);
  const tabs = channel === 'email' ? TABS : WITHOUT_FILES;
  const own = isPhoneChannel(channel) ? 'phone-messages' : channel === 'post' ? 'posts' : 'messages';
  const open = tabs.filter((tab) =>
    web.allows(staffOf(res).user.roles, 'get', `/console/messages/:id${endOf(tab)}`),
  );
  return open.map((tab) => ({
    href: `/console/${tab === 'write' ? own : 'messages'}/${id}${endOf(tab)}`,
    ...{ text: t(`editor.tab.${tab}`), current: tab === current },
  }));
}

/** The pages above a message. */
export const crumbsOf = ({ t }: Reading, campaign: { id: string; name: string }) => [
  { href: '/console/campaigns', text: t('nav.campaigns') },
  { href: `/console/campaigns/${campaign.id}`, text: campaign.name },
];
