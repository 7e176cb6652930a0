import { networks } from '../../../../channels/networks.ts';
import { type Network, type NetworkName, networkNames } from '../../../../channels/social.ts';
import type { SocialAccount } from '../../../deliveries/publications/accounts.ts';
import { renewsItself } from '../../../deliveries/publications/connected.ts';
import { translateOr } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import { applying } from './applying.ts';

/** How an account does, as a badge and in a sentence. */
export interface Health {
  look: 'sent' | 'failed' | 'deferred' | 'held' | 'planned';
  text: string;
  /** What to do or to know; null when all is well. */
  why: string | null;
}

/** What of an account its health is told by. */
export type Healthy = Pick<
  SocialAccount,
  'channel' | 'mode' | 'disabledAt' | 'lostAt' | 'restsUntil' | 'expiresAt' | 'trouble'
>;

/** An account's health in words. @param now of the engine's clock */
export function healthOf({ t, moment }: Reading, account: Healthy, now: Date): Health {
  const { mode, disabledAt, lostAt, restsUntil, expiresAt, trouble } = account;
  if (disabledAt) return { look: 'held', text: t('social.health.off'), why: null };
  if (mode === 'hand') return { look: 'planned', text: t('social.health.hand'), why: null };
  if (lostAt)
    return {
      ...{ look: 'failed', text: t('social.health.lost') },
      why: t('social.health.lost.why', { at: moment(lostAt), trouble: trouble ?? '–' }),
    };
  if (restsUntil)
    return { look: 'deferred', text: t('social.health.rests', { until: moment(restsUntil) }), why: null };
  if (expiresAt && !renewsItself(account.channel))
    return {
      ...{
        look: endsSoon(expiresAt, now) ? 'deferred' : 'sent',
        text: t('social.health.ends', { at: moment(expiresAt) }),
      },
      why: t('social.health.ends.why'),
    };
  return { look: 'sent', text: t('social.health.works'), why: null };
}

const WEEK_MS = 7 * 86_400_000;
const endsSoon = (at: Date, now: Date): boolean => at.getTime() - now.getTime() < WEEK_MS;

/** A network of an address. @returns undefined for a name that is none of ours */
export const networkNamed = (name: string): Network | undefined => networks[name as NetworkName];

/** Those to which posts go, in the order of their names' list: mails and texts to one person have pages of their own. */
export const publicNetworks = (): Network[] =>
  networkNames.flatMap((name) => {
    const network = networks[name];
    return network && network.reach === 'public' ? [network] : [];
  });

/** What must be applied for at a network, where, and how long it takes. */
export function applyingIn({ t }: Reading, name: NetworkName) {
  const { at, days } = applying[name];
  const [from, to] = days;
  return {
    at,
    text: t(`social.apply.${name}`),
    time: to ? t('social.apply.days', { from, to }) : t('social.apply.at-once'),
  };
}

/** The words of a field that a network asks for; its own name where we have none. */
export const fieldWords = ({ language }: Pick<Reading, 'language'>, name: string): string =>
  translateOr(language, `social.field.${name}`, name);
