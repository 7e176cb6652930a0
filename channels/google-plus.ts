import type { Network, NetworkName } from './social.ts';

/** Where its readers went. */
const instead: NetworkName[] = ['facebook', 'youtube', 'hand'];

/** Google closed Google Plus for people in April 2019: shown so that nobody looks for it in vain. */
export const googlePlus: Network = {
  ...{ name: 'google-plus', title: 'Google Plus', reach: 'public', length: (text) => text.length },
  limits: {
    ...{ text: 0, unit: 'characters', bare: true, thread: 1, firstComment: false, rates: [] },
    ...{ pictures: null, video: null, altText: null },
  },
  validate: () => [{ code: 'retired', hard: true, what: instead.join(', ') }],
  retired: { since: '2019-04', instead },
};
