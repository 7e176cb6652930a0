import { createPublicKey } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import type { Queryable } from '../db.ts';
import type { Ground } from '../ground.ts';
import type { Keys } from '../keys.ts';
import { openSecrets } from './accounts.ts';

/** A domain that mails come from, with the best account that sends for it. */
export interface SenderDomain {
  domain: string;
  host: string | null;
  /** Every key that signs for it: two while its key is changed. */
  keys: { selector: string; publicKey: string }[];
}

/** A record that a sender domain should have in its DNS. */
export interface DnsRecord {
  kind: 'spf' | 'dkim' | 'dmarc' | 'mx';
  type: 'TXT' | 'MX';
  name: string;
  /** What to publish there. */
  value: string;
  /** How one that is there begins, and what else it may be known by. */
  begins: string;
  also: string | null;
}

/** `unasked` when no name server answered: that says nothing about the record. */
export interface RecordState {
  state: 'ok' | 'missing' | 'several' | 'unasked';
  /** The record that is there, or why nobody could be asked. */
  seen: string;
}

/** These answers mean that the record is not there; all others that nobody could be asked. */
const MISSING = ['ENODATA', 'ENOTFOUND'];

/** Domains that an account in use names, by name. */
export async function senderDomains(sql: Queryable, keys: Keys): Promise<SenderDomain[]> {
  const { rows } = await sql.query<{ domain: string; host: string | null; secret: Buffer | null }>(`
    SELECT DISTINCT ON (domain) domain, settings->>'host' AS host, secret
      FROM account, unnest(domains) AS domain
     WHERE channel = 'email' AND disabled_at IS NULL AND domain <> '*' ORDER BY domain, priority`);
  return rows.map(({ domain, host, secret }) => ({ domain, host, keys: publicKeys(keys, secret, domain) }));
}

function publicKeys(keys: Keys, secret: Uint8Array | null, domain: string): SenderDomain['keys'] {
  const own = openSecrets(keys, secret).dkim.filter((key) => key.domain.toLowerCase() === domain);
  return own.map(({ selector, privateKey }) => ({ selector, publicKey: publicKeyOf(privateKey) }));
}

/** As RFC 6376 section 3.6.1 and RFC 8463 section 4 write it into DNS. */
function publicKeyOf(privateKey: string): string {
  const key = createPublicKey(privateKey);
  const der = key.export({ type: 'spki', format: 'der' });
  const ed25519 = key.asymmetricKeyType === 'ed25519';
  // Of an Ed25519 key DNS holds the bare 32 bytes.
  return `v=DKIM1; k=${ed25519 ? 'ed25519' : 'rsa'}; p=${(ed25519 ? der.subarray(-32) : der).toString('base64')}`;
}

/** SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989), and where what comes back is taken (RFC 5321 section 5). */
export function recordsOf(
  { domain, host, keys }: SenderDomain,
  config: Pick<Ground['config'], 'RETURN_PATH_DOMAIN' | 'publicUrl'>,
): DnsRecord[] {
  const bounce = config.RETURN_PATH_DOMAIN ?? domain;
  const text = (record: Omit<DnsRecord, 'type' | 'also'> & { also?: string }): DnsRecord => ({
    ...{ type: 'TXT', also: null, ...record },
  });
  const policy = `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`;
  return [
    text({ kind: 'spf', name: bounce, value: `v=spf1 a:${host ?? domain} mx ~all`, begins: 'v=spf1' }),
    ...keys.map(({ selector, publicKey }) =>
      text({
        ...{ kind: 'dkim', name: `${selector}._domainkey.${domain}`, value: publicKey },
        ...{ begins: 'v=DKIM1', also: 'p=' },
      }),
    ),
    text({ kind: 'dmarc', name: `_dmarc.${domain}`, value: policy, begins: 'v=DMARC1' }),
    {
      ...{ kind: 'mx', type: 'MX', name: bounce, begins: '', also: null },
      value: `10 ${new URL(config.publicUrl).hostname}`,
    },
  ];
}

/** Asks DNS with patience of a few seconds. */
export const openResolver = (): Resolver => new Resolver({ timeout: 2500, tries: 2 });

/** Looks whether a record is there. That nobody answers is said, not thrown. */
export async function checkRecord(
  dns: Resolver,
  { type, name, begins, also }: DnsRecord,
): Promise<RecordState> {
  try {
    const all = type === 'MX' ? await mailServers(dns, name) : await texts(dns, name);
    const fitting = all.filter((text) => text.startsWith(begins) || (also && text.includes(also)));
    if (!fitting.length) return { state: 'missing', seen: '' };
    if (type === 'TXT' && fitting.length > 1) return { state: 'several', seen: fitting.join('\n') };
    return { state: 'ok', seen: fitting.join(', ') };
  } catch (error) {
    return { state: failureOf(error), seen: codeOf(error) };
  }
}

const texts = async (dns: Resolver, name: string): Promise<string[]> =>
  (await dns.resolveTxt(name)).map((parts) => parts.join(''));

const mailServers = async (dns: Resolver, name: string): Promise<string[]> =>
  (await dns.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange}`);

/** What an error of DNS says about what was asked for. */
export const failureOf = (error: unknown): 'missing' | 'unasked' =>
  MISSING.includes(codeOf(error)) ? 'missing' : 'unasked';

export const codeOf = (error: unknown): string => (error as { code?: string }).code ?? 'no answer';
