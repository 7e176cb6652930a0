import { Resolver } from 'node:dns/promises';
import pg from 'pg';
import { openSecrets } from '../../src/deliveries/accounts.ts';
import type { Keys } from '../../src/keys.ts';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

/** These answers mean that the record is not there; all others that nobody could be asked. */
const MISSING = ['ENODATA', 'ENOTFOUND'];

interface Sender {
  domain: string;
  host: string | undefined;
  /** Every selector that signs for the domain: two while its key is changed. */
  selectors: string[];
}

/** SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989) of each sender domain, PTR of each sending host. */
export async function checkSenders(patient: Patient): Promise<Finding[]> {
  const dns = new Resolver({ timeout: 2500, tries: 2 });
  const senders = await senderDomains(patient);
  if (!senders.length)
    return [warn('sender domains', 'no account names one', 'Add an account with its domains')];
  return (await Promise.all(senders.map((sender) => checkSender(dns, sender, patient)))).flat();
}

async function senderDomains({ databaseUrl, keys }: Patient): Promise<Sender[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(`
      SELECT DISTINCT ON (domain) domain, settings->>'host' AS host, secret
        FROM account, unnest(domains) AS domain
       WHERE channel = 'email' AND disabled_at IS NULL ORDER BY domain, priority`);
    return rows.map(({ domain, host, secret }) => ({
      domain,
      host,
      selectors: selectorsOf(keys, secret, domain),
    }));
  } finally {
    await client.end();
  }
}

function selectorsOf(keys: Keys, secret: Buffer | null, domain: string): string[] {
  const own = openSecrets(keys, secret).dkim.filter((key) => key.domain.toLowerCase() === domain);
  return own.map(({ selector }) => selector);
}

async function checkSender(dns: Resolver, sender: Sender, { config }: Patient): Promise<Finding[]> {
  const { domain, host, selectors } = sender;
  const bounce = config.RETURN_PATH_DOMAIN ?? domain;
  return Promise.all([
    checkText(dns, {
      ...{ check: `SPF ${bounce}`, name: bounce, begins: 'v=spf1' },
      remedy: `Publish a TXT record on ${bounce} that begins v=spf1 and names the sending host`,
    }),
    ...(selectors.length
      ? selectors.map((selector) => checkText(dns, dkimRecord(domain, selector)))
      : [warn(`DKIM ${domain}`, 'the account has no key', 'Give the account a DKIM key and selector')]),
    checkText(dns, {
      ...{ check: `DMARC ${domain}`, name: `_dmarc.${domain}`, begins: 'v=DMARC1' },
      remedy: `Publish a TXT record on _dmarc.${domain}, to begin with "v=DMARC1; p=none; rua=mailto:…"`,
    }),
    checkPointer(dns, host ?? domain),
  ]);
}

const dkimRecord = (domain: string, selector: string): TextRecord => ({
  check: `DKIM ${domain} ${selector}`,
  name: `${selector}._domainkey.${domain}`,
  begins: 'v=DKIM1',
  also: 'p=',
  remedy: `Publish the public key as TXT on ${selector}._domainkey.${domain}`,
});

interface TextRecord {
  check: string;
  name: string;
  begins: string;
  also?: string;
  remedy: string;
}

async function checkText(dns: Resolver, { check, name, begins, also, remedy }: TextRecord): Promise<Finding> {
  try {
    const records = (await dns.resolveTxt(name)).map((parts) => parts.join(''));
    const found = records.filter((text) => text.startsWith(begins) || (also && text.includes(also)));
    if (found.length === 1) return ok(check, shorten(found[0] as string));
    return fail(check, found.length ? `${found.length} records, one is allowed` : 'no such record', remedy);
  } catch (error) {
    return missingOrOffline(check, error, remedy);
  }
}

/** The name of a sending address must lead back to that address (RFC 8601, iprev). */
async function checkPointer(dns: Resolver, host: string): Promise<Finding> {
  const check = `PTR ${host}`;
  const remedy = `Ask the provider of ${host} for a PTR record whose name leads back to its address`;
  try {
    const [address = ''] = await dns.resolve4(host);
    const [name = ''] = await dns.reverse(address);
    const back = await dns.resolve4(name);
    return back.includes(address) ? ok(check, name) : fail(check, `${name} does not lead back`, remedy);
  } catch (error) {
    return missingOrOffline(check, error, remedy);
  }
}

function missingOrOffline(check: string, error: unknown, remedy: string): Finding {
  const { code = 'no answer' } = error as { code?: string };
  if (MISSING.includes(code)) return fail(check, 'no such record', remedy);
  return warn(
    check,
    `not asked: no name server answers (${code})`,
    'Ask again from a computer that is online',
  );
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
