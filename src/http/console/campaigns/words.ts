import type { Audience } from '../../../campaigns/audience.ts';
import type { CampaignState } from '../../../campaigns/campaign-list.ts';
import type { MessageGlance } from '../../../campaigns/overview.ts';
import type { RunState } from '../../../deliveries/states.ts';
import type { Reading } from '../shell.ts';

/** A state as a badge: its sign and colour, and its word. */
export interface Badge {
  look: string;
  text: string;
}

const CAMPAIGN_LOOKS: Record<CampaignState, string> = {
  ...{ asks: 'unknown', sending: 'sending', paused: 'held', waiting: 'deferred', planned: 'planned' },
  ...{ done: 'sent', draft: 'draft' },
};
export const campaignBadge = ({ t }: Reading, state: CampaignState): Badge => ({
  look: CAMPAIGN_LOOKS[state],
  text: t(`campaign.state.${state}`),
});

const RUN_LOOKS: Record<RunState, string> = {
  ...{ draft: 'draft', planned: 'planned', freezing: 'sending', running: 'sending', paused: 'held' },
  ...{ finished: 'sent', cancelled: 'failed', late: 'deferred', asked: 'unknown' },
};
export const runBadge = ({ t }: Reading, state: RunState): Badge => ({
  look: RUN_LOOKS[state],
  text: t(`run.state.${state}`),
});

/** Where a message stands, with the request that waits counted in. */
export function messageBadge({ t }: Reading, message: MessageGlance): Badge {
  const { standing, askedAt } = message;
  if (standing === 'unapproved' && askedAt) return { look: 'deferred', text: t('campaign.standing.waiting') };
  const looks = { draft: 'draft', unapproved: 'draft', approved: 'sent', archived: 'held' };
  return { look: looks[standing], text: t(`campaign.standing.${standing}`) };
}

/** `lists and segments` as a person says them: names with commas. */
export const namesIn = (language: string, names: string[]): string =>
  new Intl.ListFormat(`${language}-IN`, { type: 'unit', style: 'short' }).format(names);

/** A day of the calendar, which is in no zone. */
export const dayAt = (day: string): Date => new Date(`${day}T06:30:00Z`);

/** Share in percent, one decimal, for a person. */
export const percentOf = (n: number, of: number): string =>
  new Intl.NumberFormat('en-IN', { maximumFractionDigits: n / of < 0.01 ? 2 : 1 }).format(
    of ? (n * 100) / of : 0,
  );

/** On how many accounts a post is published. */
export const accountsIn = ({ accounts = [] }: Pick<Audience, 'accounts'>): number =>
  new Set(accounts.map(({ account }) => account)).size;
