import { sms } from './sms/sms.ts';
import type { Network, NetworkName } from './social.ts';
import { whatsapp } from './whatsapp/whatsapp.ts';

/** Every network there is. To add one is one file and one line here. */
export const networks: Partial<Record<NetworkName, Network>> = {
  sms,
  whatsapp,
};
