import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Gateway } from '../../channels/gateway.ts';
import { openRazorpay } from '../../channels/razorpay/razorpay.ts';
import { audit } from '../access/audit.ts';
import { transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

/** Money of India and money from abroad never meet: each has its accounts, books and receipts. */
export const streams = ['domestic', 'fcra'] as const;
export type Stream = (typeof streams)[number];

const secrets = z.object({
  keySecret: z.string().min(8),
  /** The newest first; after a change the vendor goes on signing with the old one for a day. */
  webhookSecrets: z.array(z.string().min(8)).min(1).max(2),
});
const settings = z.object({
  baseUrl: z.url().optional(),
  checkoutUrl: z.url().optional(),
  /** Whether the vendor allows this account subscriptions; those that were begun are followed all the same. */
  monthly: z.boolean().default(true),
});

export interface NewAccount {
  stream: Stream;
  keyId: string;
  secrets: z.input<typeof secrets>;
  settings?: z.input<typeof settings>;
}

/** An account with its gateway opened. */
export interface GivingAccount {
  id: string;
  stream: Stream;
  gateway: Gateway;
  /** Whether monthly gifts may be begun. */
  monthly: boolean;
}

/**
 * Makes these the keys of a stream. The same key with new secrets is changed; another key retires the one
 * before, whose gifts it still answers for.
 *
 * @returns the account's id
 */
export async function saveGatewayAccount(
  { sql, keys, clock }: Pick<Ground, 'sql' | 'keys' | 'clock'>,
  account: NewAccount,
  actor: string,
): Promise<string> {
  const sealed = keys.seal('gateway-secret', JSON.stringify(secrets.parse(account.secrets)));
  const told = JSON.stringify(settings.parse(account.settings ?? {}));
  const { stream, keyId } = account;
  return transaction(sql, async (connection) => {
    await connection.query(
      'UPDATE gateway_account SET retired_at = $3 WHERE stream = $1 AND key_id <> $2 AND retired_at IS NULL',
      [stream, keyId, clock.now()],
    );
    const same = await connection.query<{ id: string }>(
      `UPDATE gateway_account SET secret = $3, settings = $4
        WHERE stream = $1 AND key_id = $2 AND retired_at IS NULL RETURNING id`,
      [stream, keyId, sealed, told],
    );
    const id = same.rows[0]?.id ?? uuid();
    if (!same.rows[0])
      await connection.query(
        `INSERT INTO gateway_account (id, stream, vendor, key_id, secret, settings) VALUES ($1, $2, 'razorpay', $3, $4, $5)`,
        [id, stream, keyId, sealed, told],
      );
    await audit(connection, {
      ...{ actor, action: 'gateway.saved', subjectType: 'gateway-account', subjectId: id },
      after: { stream, keyId },
    });
    lookedUp.delete(sql);
    return id;
  });
}

/** Every account, the newest first, without its secrets. */
export async function listGatewayAccounts({ sql }: Pick<Ground, 'sql'>) {
  const { rows } = await sql.query<{
    stream: Stream;
    key: string;
    id: string;
    since: Date;
    retired: Date | null;
    heard: Date | null;
  }>(
    `SELECT stream, key_id AS key, id, created_at AS since, retired_at AS retired, heard_at AS heard
       FROM gateway_account ORDER BY created_at DESC`,
  );
  return rows;
}

interface Row {
  id: string;
  stream: Stream;
  key_id: string;
  secret: Buffer;
  settings: z.input<typeof settings>;
}

/** Opened ones, by what they were opened with: keys may change under a running process. */
const opened = new Map<string, GivingAccount>();

/** Whether gifts of a stream are taken online. */
export const takesGifts = async (ground: Pick<Ground, 'sql'>, stream: Stream): Promise<boolean> =>
  (await read(ground, 'stream = $1 AND retired_at IS NULL', stream)) !== null;

/** The account that takes a stream's gifts. @throws Refusal (409) when none does */
export async function accountOf(
  ground: Pick<Ground, 'sql' | 'keys'>,
  stream: Stream,
): Promise<GivingAccount> {
  const row = await read(ground, 'stream = $1 AND retired_at IS NULL', stream);
  if (row) return open(ground, row);
  throw new Refusal(
    stream === 'fcra'
      ? say`Gifts from abroad cannot be taken online yet. Please write to us: we tell you how to send a bank wire.`
      : say`Gifts cannot be taken online just now. Please come back later, or write to us.`,
    409,
  );
}

/** An account is looked up anew after so long: a gateway tells of hundreds of payments in a second. */
const FRESH_MS = 1000;
const lookedUp = new WeakMap<Ground['sql'], Map<string, { at: number; account: GivingAccount }>>();

/** An account by its id, retired or not; null when there is none. Its secrets are at most a second old. */
export async function accountById(
  ground: Pick<Ground, 'sql' | 'keys'>,
  id: string,
): Promise<GivingAccount | null> {
  const known = lookedUp.get(ground.sql) ?? new Map();
  lookedUp.set(ground.sql, known);
  const fresh = known.get(id);
  if (fresh && performance.now() - fresh.at < FRESH_MS) return fresh.account;
  const row = await read(ground, 'id::text = $1', id);
  const account = row && open(ground, row);
  if (account) known.set(account.id, { at: performance.now(), account });
  return account;
}

async function read({ sql }: Pick<Ground, 'sql'>, where: string, value: string): Promise<Row | null> {
  const { rows } = await sql.query<Row>(
    `SELECT id, stream, key_id, secret, settings FROM gateway_account WHERE ${where}`,
    [value],
  );
  return rows[0] ?? null;
}

function open({ keys }: Pick<Ground, 'keys'>, row: Row): GivingAccount {
  const name = `${row.id} ${row.secret.toString('base64')} ${JSON.stringify(row.settings)}`;
  const known = opened.get(name);
  if (known) return known;
  const secret = secrets.parse(JSON.parse(keys.open('gateway-secret', row.secret)));
  const { monthly, ...places } = settings.parse(row.settings);
  const gateway = openRazorpay({ keyId: row.key_id, ...secret, ...places });
  const account = { id: row.id, stream: row.stream, gateway, monthly };
  opened.set(name, account);
  return account;
}
