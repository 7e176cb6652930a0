import { type Listener, openListener } from '../../../channels/email/listener.ts';
import type { Ground } from '../../ground.ts';
import { readRecipientToken } from '../../links/token.ts';
import { refusalOf } from '../../listen.ts';
import { applyReturns, type ReturnsGround } from './apply.ts';
import { recordReturn } from './record.ts';

type ListenGround = ReturnsGround & Pick<Ground, 'config'>;

const RETURN_PATH = /^bounce\+([0-9a-f]{42})@[\w.-]{1,253}$/i;
/** The sender of notices, whose bounces are known by their Message-ID. */
const NOTICES = /^bounce@[\w.-]{1,253}$/i;
const UNSUBSCRIBE = /^unsubscribe\+([\w-]{28})@[\w.-]{1,253}$/i;

/**
 * Listens at an address such as `lmtp://127.0.0.1:2424` for what a mail server hands over. Takes addresses
 * of the form of our return paths and unsubscribe addresses only. One whose token is forged is taken too,
 * and recorded without its body: refused, the server would send a bounce of its own to a forged sender.
 * @throws Refusal when the port is taken
 */
export async function listenForReturns(ground: ListenGround, address: string): Promise<Listener> {
  const url = new URL(address);
  const applier = openApplier(ground);
  const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 2424) };
  const listener = await openListener({
    ...place,
    lmtp: url.protocol === 'lmtp:',
    accepts: (to) => [RETURN_PATH, NOTICES, UNSUBSCRIBE].some((form) => form.test(to)),
    async take({ to, source }) {
      const body = to.some((one) => NOTICES.test(one) || isSigned(ground, one))
        ? source
        : Buffer.from(`To: ${to.join(', ')}\n`);
      await recordReturn(ground.sql, { source: 'listener', envelopeTo: to, body });
      applier.wake();
    },
    onTrouble: (err) => ground.log.warn({ err }, 'a return could not be recorded; its server comes again'),
  }).catch((error: NodeJS.ErrnoException) => {
    throw refusalOf(error, { ...place, setting: 'BOUNCE_LISTEN' });
  });
  return {
    port: listener.port,
    close: async () => {
      await listener.close();
      await applier.idle();
    },
  };
}

function isSigned({ keys }: Pick<Ground, 'keys'>, address: string): boolean {
  const hex = RETURN_PATH.exec(address)?.[1];
  const token = hex ? Buffer.from(hex, 'hex').toString('base64url') : UNSUBSCRIBE.exec(address)?.[1];
  return token !== undefined && readRecipientToken(keys, token) !== null;
}

/** Applies what was recorded, once more when something came in meanwhile; the clock does what it misses. */
function openApplier(ground: ReturnsGround) {
  let underWay: Promise<void> | undefined;
  let again = false;
  const work = async () => {
    do {
      again = false;
      await applyReturns(ground);
    } while (again);
  };
  return {
    wake() {
      again = true;
      underWay ??= work()
        .catch((err) => ground.log.warn({ err }, 'returns wait to be applied'))
        .finally(() => {
          underWay = undefined;
        });
    },
    idle: async () => underWay,
  };
}
