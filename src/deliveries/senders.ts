import { EMAIL_CHANNEL } from '../contacts/addresses.ts';
import type { Ground } from '../ground.ts';
import { openPhoneSender } from './phone/sender.ts';
import { openSender, type Sender } from './sender.ts';
import type { Registration } from './workers.ts';

/** Runs whose channel is remembered. */
const KEPT = 1000;

/** Sends pieces of runs from this process, each by its channel. */
export async function openSenders(ground: Ground, registration: Registration): Promise<Sender> {
  const mail = await openSender(ground, registration);
  const phones = openPhoneSender(ground, registration);
  const channels = new Map<string, string>();
  const channelOf = async (run: string): Promise<string> => {
    const known = channels.get(run);
    if (known) return known;
    const { rows } = await ground.sql.query<{ channel: string }>('SELECT channel FROM run WHERE id = $1', [
      run,
    ]);
    const channel = rows[0]?.channel ?? EMAIL_CHANNEL;
    if (channels.size >= KEPT) channels.clear();
    channels.set(run, channel);
    return channel;
  };
  return {
    async deliverRange(payload) {
      const sender = (await channelOf(payload.run)) === EMAIL_CHANNEL ? mail : phones;
      await sender.deliverRange(payload);
    },
    stop: async () => void (await Promise.all([mail.stop(), phones.stop()])),
  };
}
