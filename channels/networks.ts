import type { Network, NetworkName } from './social.ts';
import { facebook } from './meta/facebook.ts';
import { x } from './x/x.ts';

/** Every network there is. To add one is one file and one line here. */
export const networks: Partial<Record<NetworkName, Network>> = { x, facebook };
