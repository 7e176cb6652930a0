import type { Resolver } from 'node:dns/promises';
import pg from 'pg';
import {
  checkRecord,
  codeOf,
  type DnsRecord,
  failureOf,
  openResolver,
  recordsOf,
  type SenderDomain,
  senderDomains,
} from '../../src/deliveries/sender-dns.ts';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

/** SPF, DKIM and DMARC of each sender domain, PTR of each sending host. */
export async function checkSenders(patient: Patient): Promise<Finding[]> {
  const dns = openResolver();
  const senders = await domainsOf(patient);
  if (!senders.length)
    return [warn('sender domains', 'no account names one', 'Add an account with its domains')];
  return (await Promise.all(senders.map((sender) => checkSender(dns, sender, patient)))).flat();
}

async function domainsOf({ databaseUrl, keys }: Patient): Promise<SenderDomain[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await senderDomains(client, keys);
  } finally {
    await client.end();
  }
}

async function checkSender(dns: Resolver, sender: SenderDomain, { config }: Patient): Promise<Finding[]> {
  const { domain, host, keys } = sender;
  // Where returns are taken is looked at by its own check.
  const records = recordsOf(sender, config).filter(({ kind }) => kind !== 'mx');
  return Promise.all([
    ...records.map((record) => checkOne(dns, record, domain)),
    ...(keys.length
      ? []
      : [warn(`DKIM ${domain}`, 'the account has no key', 'Give the account a DKIM key and selector')]),
    checkPointer(dns, host ?? domain),
  ]);
}

const REMEDIES: Record<'spf' | 'dkim' | 'dmarc', (name: string) => string> = {
  spf: (name) => `Publish a TXT record on ${name} that begins v=spf1 and names the sending host`,
  dkim: (name) => `Publish the public key as TXT on ${name}`,
  dmarc: (name) => `Publish a TXT record on ${name}, to begin with "v=DMARC1; p=none; rua=mailto:…"`,
};

async function checkOne(dns: Resolver, record: DnsRecord, domain: string): Promise<Finding> {
  const kind = record.kind as keyof typeof REMEDIES;
  const check = `${kind.toUpperCase()} ${kind === 'spf' ? record.name : domain}`;
  const { state, seen } = await checkRecord(dns, record);
  const remedy = REMEDIES[kind](record.name);
  if (state === 'ok') return ok(check, shorten(seen));
  if (state === 'several') return fail(check, `${seen.split('\n').length} records, one is allowed`, remedy);
  return missingOrOffline(check, { missing: state === 'missing', code: seen }, remedy);
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
    return missingOrOffline(check, { missing: failureOf(error) === 'missing', code: codeOf(error) }, remedy);
  }
}

function missingOrOffline(
  check: string,
  { missing, code }: { missing: boolean; code: string },
  remedy: string,
): Finding {
  if (missing) return fail(check, 'no such record', remedy);
  return warn(
    check,
    `not asked: no name server answers (${code})`,
    'Ask again from a computer that is online',
  );
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
