import { facebook } from './meta/facebook.ts';
import { instagram } from './meta/instagram.ts';
import { threads } from './meta/threads.ts';
import type { Network, NetworkName } from './social.ts';
import { x } from './x/x.ts';

/** Every network there is. To add one is one file and one line here. */
export const networks: Partial<Record<NetworkName, Network>> = { x, facebook, instagram, threads };
