import { statfs } from 'node:fs/promises';
import { goesThroughProxy } from '../../src/outgoing.ts';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

const PATIENCE_MS = 4000;
const GB = 1024 ** 3;

/** Room for the data folder; uploads, exports and an embedded database lie there. */
export async function checkDisk({ home }: Pick<Patient, 'home'>): Promise<Finding> {
  const disk = await statfs(home).catch(() => undefined);
  if (!disk) return warn('disk', `${home} is not there yet`, 'Make the folder, or set DATA_DIR');
  const free = (disk.bavail * disk.bsize) / GB;
  const seen = `${free.toFixed(1)} GB free in ${home}`;
  if (free >= 5) return ok('disk', seen);
  return (free >= 1 ? warn : fail)('disk', seen, 'Free some space or move DATA_DIR to a larger disk');
}

/** Links in mails begin with the public address, so a wrong one is sent to everybody. */
export async function checkPublicAddress({ config }: Pick<Patient, 'config'>): Promise<Finding> {
  const check = 'public address';
  const { publicUrl, production } = config;
  if (production && !publicUrl.startsWith('https:')) {
    return fail(check, publicUrl, 'Set PUBLIC_URL to an https address: links and log-ins go through it');
  }
  const answer = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    () => undefined, // told below
  );
  if (answer?.ok) return ok(check, `${publicUrl} answers`);
  const seen = `${publicUrl} ${answer ? `answers ${answer.status}` : 'does not answer'}`;
  return warn(check, seen, 'Start the web process, or correct PUBLIC_URL or the proxy before it');
}

/** By which way other servers are asked; log-ins of a proxy are not shown. */
export async function checkProxies({ config }: Pick<Patient, 'config'>): Promise<Finding> {
  const check = 'outgoing';
  if (!goesThroughProxy(config)) return ok(check, 'other servers are asked directly');
  const { HTTP_PROXY, HTTPS_PROXY = HTTP_PROXY, NO_PROXY } = config;
  const by = (address?: string) => (address ? new URL(address).host : 'directly');
  const except = NO_PROXY ? `, except ${NO_PROXY}` : '';
  return ok(check, `http by ${by(HTTP_PROXY)}, https by ${by(HTTPS_PROXY)}${except}`);
}

/** The ring itself was read when the doctor began; here only where it comes from. */
export async function checkKeys({ config, home }: Pick<Patient, 'config' | 'home'>): Promise<Finding> {
  const count = config.WECARE_KEYS?.split(',').length;
  if (count) return ok('keys', `${count} in WECARE_KEYS`);
  return warn('keys', `in ${home}/keys`, 'Keep a copy apart from the data; in production set WECARE_KEYS');
}
