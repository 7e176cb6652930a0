import { Router } from 'express';
import type { NetworkName } from '../../../channels/social.ts';
import { openBluesky } from './bluesky.ts';
import { openLinkedIn } from './linkedin.ts';
import { openMastodon } from './mastodon.ts';
import { openInstagram, openThreads } from './meta/containers.ts';
import { openFacebook } from './meta/facebook.ts';
import type { SocialStandIn, Weather } from './stand-in.ts';
import { openTelegram } from './telegram.ts';
import { openX } from './x/x.ts';
import { openYouTube } from './youtube.ts';

/** Every network that is played here. To add one is one file and one line. */
const doors: ((weather?: Weather) => SocialStandIn)[] = [
  openX,
  openFacebook,
  openInstagram,
  openThreads,
  openTelegram,
  openMastodon,
  openBluesky,
  openLinkedIn,
  openYouTube,
];

/** Where they are mounted: each under its own name. */
export const SOCIAL = '/social';

/** All networks on this computer. */
export interface SocialSandbox {
  standIns: Map<NetworkName, SocialStandIn>;
  router: Router;
}

/** @param weather for all of them; fair where none is given */
export function openSocial(weather?: Weather): SocialSandbox {
  const standIns = new Map<NetworkName, SocialStandIn>();
  const router = Router();
  for (const open of doors) {
    const standIn = open(weather);
    standIns.set(standIn.network, standIn);
    router.use(`/${standIn.network}`, standIn.router);
  }
  return { standIns, router };
}
