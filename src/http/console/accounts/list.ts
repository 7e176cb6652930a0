import { networks } from '../../../../channels/networks.ts';
import type { Network } from '../../../../channels/social.ts';
import { listSocialAccounts, type SocialAccount } from '../../../deliveries/publications/accounts.ts';
import { ADMINISTRATORS, hasRole, staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { applyingIn, healthOf, publicNetworks } from './words.ts';

/** Every account by network, how each does and what waits for it; what is not connected yet below. */
export const showSocialAccounts: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const all = await listSocialAccounts(web.ground);
  const now = web.ground.clock.now();
  const known = publicNetworks();
  const has = ({ name }: Network) => all.some(({ channel }) => channel === name);
  const data = {
    mayChange: hasRole(staffOf(res), ADMINISTRATORS),
    groups: known.filter(has).map(({ name, title }) => ({
      ...{ name, title: titleIn(reading, name, title) },
      accounts: all.filter(({ channel }) => channel === name).map((one) => rowOf(reading, one, now)),
    })),
    others: known.filter((one) => !has(one) && !one.retired).map((one) => otherOf(reading, one)),
    retired: known.filter(({ retired }) => retired).map((one) => retiredOf(reading, one)),
  };
  const title = reading.t('social.title');
  await showConsole(web, {
    req,
    res,
    name: 'social-accounts',
    title,
    data,
    styles: ['console-settings.css', 'console-posts.css'],
  });
};

/** Brands are the same everywhere; “By hand” is a word of ours. */
export const titleIn = ({ t }: Reading, name: string, title: string): string =>
  name === 'hand' ? t('social.hand') : title;

const rowOf = (reading: Reading, account: SocialAccount, now: Date) => ({
  ...{ id: account.id, name: account.name, identity: account.identity?.name ?? null },
  ...{ planned: account.planned, health: healthOf(reading, account, now) },
});

const otherOf = (reading: Reading, { name, title }: Network) => ({
  ...{ name, title: titleIn(reading, name, title), apply: applyingIn(reading, name) },
});

const retiredOf = (reading: Reading, { title, retired }: Network) => ({
  title,
  text: reading.t('social.retired', {
    since: retired?.since ?? '',
    instead: (retired?.instead ?? [])
      .map((name) => titleIn(reading, name, networks[name]?.title ?? name))
      .join(', '),
  }),
});
