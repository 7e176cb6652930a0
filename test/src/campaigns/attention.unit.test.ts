import { expect, it } from 'vitest';
import { networks } from '../../../channels/networks.ts';
import type { NetworkName } from '../../../channels/social.ts';
import { endsSoon } from '../../../src/campaigns/attention.ts';

const now = new Date('2026-11-27T10:00:00Z');
const tomorrow = new Date('2026-11-28T10:00:00Z');

// Some adapters refuse to be opened without a token, which is no reason for a page to break.
it.each(Object.keys(networks) as NetworkName[])(
  'says of %s whether somebody must connect it again',
  (channel) => {
    expect(endsSoon({ channel, expiresAt: tomorrow }, now)).toBe(!networks[channel]?.renews);
    expect(endsSoon({ channel, expiresAt: null }, now)).toBe(false);
  },
);
