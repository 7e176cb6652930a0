import type { MailTemplate } from '../../channels/email/mail.ts';
import { saveAccount } from '../../src/deliveries/accounts.ts';
import { freezeRun } from '../../src/deliveries/freeze.ts';
import type { Ground } from '../../src/ground.ts';

export const PURPOSE = 'appeals';
export const SENDER_DOMAIN = 'kssm.example';

export function letter(language: string): MailTemplate {
  return {
    ...{ fromName: 'We Care', fromAddress: `care@${SENDER_DOMAIN}`, replyTo: null, language },
    subject: 'For {{name}}',
    html: '<p>Dear {{name}}</p>',
    text: 'Dear {{name}}\n',
    headers: [],
  };
}
export const contents = { en: letter('en'), ml: letter('ml') };

let lists = 0;

/** A list of its own with people at these addresses, all with consent. @returns list and contact ids in order */
export async function people(
  { sql }: Pick<Ground, 'sql'>,
  addresses: string[],
): Promise<{ list: string; ids: string[] }> {
  const { rows } = await sql.query(
    `WITH who AS (
       SELECT value, n, (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
              || '7' || lpad(to_hex(n), 7, '0') || left(replace(gen_random_uuid()::text, '-', ''), 12))::uuid AS id
         FROM unnest($1::text[]) WITH ORDINALITY AS t(value, n)
     ), c AS (INSERT INTO contact (id, name, updated_at) SELECT id, 'Person ' || n, now() FROM who)
     , a AS (INSERT INTO address (id, contact_id, channel, value) SELECT gen_random_uuid(), id, 'email', value FROM who)
     , k AS (INSERT INTO consent (contact_id, channel, purpose, given, basis) SELECT id, 'email', $2, true, 'test' FROM who)
     , l AS (INSERT INTO list (id, name) VALUES (gen_random_uuid(), $3) RETURNING id)
     , m AS (INSERT INTO membership (list_id, contact_id) SELECT l.id, who.id FROM who, l)
     SELECT (SELECT id FROM l) AS list, array_agg(id ORDER BY n) AS ids FROM who`,
    [addresses, PURPOSE, `list ${++lists}`],
  );
  return { list: rows[0].list, ids: rows[0].ids ?? [] };
}

export const numbered = (n: number, domain = 'people.example') =>
  Array.from({ length: n }, (_, i) => `r${i + 1}@${domain}`);

export async function plannedRun(
  { db, clock }: Pick<Ground, 'db' | 'clock'>,
  more: { unknownPolicy?: 'leave' | 'again'; senderDomain?: string } = {},
): Promise<bigint> {
  const { id } = await db.run.create({
    data: { purpose: PURPOSE, senderDomain: SENDER_DOMAIN, dueAt: clock.now(), ...more },
  });
  return id;
}

/** A running run to these addresses; its first delivery is seq 1 and so on, in no promised order. */
export async function startedRun(
  ground: Ground,
  addresses: string[],
  more: { unknownPolicy?: 'leave' | 'again'; senderDomain?: string } = {},
): Promise<{ run: bigint; list: string; ids: string[] }> {
  const { list, ids } = await people(ground, addresses);
  const run = await plannedRun(ground, more);
  await freezeRun(ground, run, { lists: [list], fallback: ['en'], contents });
  return { run, list, ids };
}

/** An account without TLS to a server on this machine. */
export function accountAt(
  ground: Pick<Ground, 'db' | 'keys'>,
  port: number,
  more: Partial<Omit<Parameters<typeof saveAccount>[1], 'settings'>> & {
    settings?: Record<string, unknown>;
  } = {},
): Promise<string> {
  const { settings, ...rest } = more;
  return saveAccount(ground, {
    ...{ name: `at ${port}`, domains: [SENDER_DOMAIN] },
    ...rest,
    settings: { host: '127.0.0.1', port, security: 'none', timeoutSeconds: 5, ...settings },
  });
}

export interface Row {
  seq: number;
  state: string;
  attempts: number;
  epoch: bigint | null;
  code: number | null;
  reason: string | null;
  address: string;
}

/** The deliveries of a run with their addresses. */
export async function deliveriesOf({ sql }: Pick<Ground, 'sql'>, run: bigint): Promise<Row[]> {
  const { rows } = await sql.query(
    `SELECT d.seq, d.state, d.attempts, d.epoch, d.code, d.reason, a.value AS address
       FROM delivery d LEFT JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
      WHERE d.run = $1 ORDER BY d.seq`,
    [run],
  );
  return rows.map((row) => ({ ...row, epoch: row.epoch === null ? null : BigInt(row.epoch) }));
}

export async function runState({ sql }: Pick<Ground, 'sql'>, run: bigint): Promise<string> {
  const { rows } = await sql.query('SELECT state FROM run WHERE id = $1', [run]);
  return rows[0].state;
}
