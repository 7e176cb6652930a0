import { bluesky } from './bluesky/bluesky.ts';
import { googlePlus } from './google-plus.ts';
import { hand } from './hand.ts';
import { linkedin } from './linkedin/linkedin.ts';
import { mastodon } from './mastodon/mastodon.ts';
import { facebook } from './meta/facebook.ts';
import { instagram } from './meta/instagram.ts';
import { threads } from './meta/threads.ts';
import type { Network, NetworkName } from './social.ts';
import { telegram } from './telegram.ts';
import { x } from './x/x.ts';
import { youtube } from './youtube/youtube.ts';

/** Every network there is. To add one is one file and one line here. */
export const networks: Partial<Record<NetworkName, Network>> = {
  x,
  facebook,
  instagram,
  threads,
  hand,
  telegram,
  mastodon,
  youtube,
  linkedin,
  bluesky,
  'google-plus': googlePlus,
};
