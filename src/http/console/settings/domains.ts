import { checkRecord, openResolver, recordsOf, senderDomains } from '../../../deliveries/sender-dns.ts';
import { found } from '../../../errors.ts';
import { say } from '../../../say.ts';
import type { Handler } from '../../web.ts';
import { readingOf } from '../shell.ts';
import { SETTINGS, showSettings } from './page.ts';

export const DOMAINS = `${SETTINGS}/domains`;
const LOOKS = { ok: 'sent', missing: 'failed', several: 'failed', unasked: 'unknown' } as const;

export const showDomains: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const senders = await senderDomains(web.ground.sql, web.ground.keys);
  const domains = senders.map(({ domain, host, keys }) => ({
    ...{ domain, host, href: `${DOMAINS}/${encodeURIComponent(domain)}` },
    selectors: keys.map(({ selector }) => selector).join(', '),
  }));
  await showSettings(web, { req, res, name: 'domains', title: t('domains.title'), data: { domains } });
};

/** The records to publish; with `?check=1` they are looked up. */
export const showDomain: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const { sql, keys, config } = web.ground;
  const wish = String(req.params.domain).toLowerCase();
  const all = await senderDomains(sql, keys);
  const sender = found(
    all.find(({ domain }) => domain === wish),
    say`No account in use sends for ${JSON.stringify(wish)}.`,
  );
  const checked = req.query.check === '1';
  const dns = openResolver();
  const records = await Promise.all(
    recordsOf(sender, config).map(async (record, i) => {
      const found = checked ? await checkRecord(dns, record) : null;
      const state = found && { ...found, look: LOOKS[found.state], key: `domains.state.${found.state}` };
      return { ...record, id: `record-${i}`, words: `domains.${record.kind}`, state };
    }),
  );
  const unasked = records.length > 0 && records.every(({ state }) => state?.state === 'unasked');
  const data = { domain: wish, records, checked, unasked, unsigned: !sender.keys.length };
  const above = [{ href: DOMAINS, text: t('domains.title') }];
  await showSettings(web, { req, res, name: 'domain', title: wish, data, above });
};
