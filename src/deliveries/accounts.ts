import { z } from 'zod';
import { openDkim } from '../../channels/email/dkim.ts';
import type { SmtpAccount } from '../../channels/email/smtp.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Keys } from '../keys.ts';
import { say } from '../say.ts';
import { requireDomains, requireName, requireSigningKeys } from './account-rules.ts';
import type { Limit } from './throttle.ts';
import { warmupLimits } from './warmup.ts';

/** What an SMTP account's `settings` hold; its `secret` is sealed apart. */
export const smtpSettings = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  user: z.string().optional(),
  hello: z.string().default('localhost'),
  ca: z.string().optional(),
  verify: z.boolean().default(true),
  timeoutSeconds: z.number().positive().default(60),
  dotTimeoutSeconds: z.number().positive().default(300),
  returnPathDomain: z.string().optional(),
  /** At most so many messages at once to one recipient domain, for each sender; 0 is no limit. */
  domainConnections: z.number().int().min(0).default(0),
});
export type SmtpSettings = z.input<typeof smtpSettings>;

const dkimKey = z.object({ domain: z.string(), selector: z.string(), privateKey: z.string() });
const secrets = z.object({
  password: z.string().optional(),
  accessToken: z.string().optional(),
  dkim: z.array(dkimKey).default([]),
});
export type SmtpSecrets = z.input<typeof secrets>;

/** An account ready for use. */
export interface MailAccount {
  id: string;
  name: string;
  connections: number;
  smtp: SmtpAccount;
  limits: Limit[];
  dkim: ReturnType<typeof openDkim> | null;
  domainConnections: number;
  returnPathDomain: string | undefined;
}

/**
 * Adds or replaces an SMTP account. `domains` are the sender domains it serves; `*` is every one.
 * @throws Refusal for a name or domain that is none, and for a key that nothing can be signed with
 */
export async function saveAccount(
  { db, keys }: Pick<Ground, 'db' | 'keys'>,
  account: {
    name: string;
    domains: string[];
    settings: SmtpSettings;
    secrets?: SmtpSecrets;
    priority?: number;
    perSecond?: number;
    perHour?: number;
    perDay?: number;
    connections?: number;
  },
): Promise<string> {
  const { name, settings, secrets: secret, ...rest } = account;
  const domains = requireDomains(account.domains);
  requireName(name);
  requireSigningKeys(secret?.dkim ?? []);
  const data = {
    ...{ ...rest, domains },
    settings: smtpSettings.parse(settings),
    secret: new Uint8Array(keys.seal('account-secret', JSON.stringify(secrets.parse(secret ?? {})))),
  };
  const saved = await db.account.upsert({
    where: { name },
    create: { name, channel: 'email', ...data },
    update: { ...data, restsUntil: null, trouble: null },
  });
  return saved.id;
}

/** Accounts that may send for a domain now, best first. */
export async function accountsFor(
  ground: Pick<Ground, 'sql' | 'keys'>,
  domain: string,
): Promise<MailAccount[]> {
  const { sql, keys } = ground;
  const { rows } = await sql.query(
    `SELECT * FROM account WHERE channel = 'email' AND disabled_at IS NULL AND ($1 = ANY(domains) OR '*' = ANY(domains))
        AND (rests_until IS NULL OR rests_until <= now())
      ORDER BY ($1 = ANY(domains)) DESC, priority, name`,
    [domain],
  );
  const shared = await warmupLimits(sql, domain);
  const usable: MailAccount[] = [];
  for (const row of rows) {
    try {
      const account = ready(row, keys);
      usable.push({ ...account, limits: [...account.limits, ...shared] });
    } catch (error) {
      // One that is not set up rightly (no password, a key that is gone) must not stop the others.
      await restAccount(ground, row.id, { seconds: UNREADY_SECONDS, trouble: String(error) });
    }
  }
  return usable;
}

const UNREADY_SECONDS = 300;

/** Leaves an account alone for a while and says why, where staff see it. */
export async function restAccount(
  { sql }: Pick<Ground, 'sql'>,
  id: string,
  rest: { seconds: number; trouble: string },
): Promise<void> {
  await sql.query(
    'UPDATE account SET rests_until = now() + make_interval(secs => $2), trouble = $3 WHERE id = $1',
    [id, rest.seconds, rest.trouble.slice(0, 500)],
  );
}

function ready(row: Record<string, unknown>, keys: Keys): MailAccount {
  const settings = smtpSettings.parse(row.settings);
  const secret = openSecrets(keys, row.secret as Buffer | null);
  const limits: Limit[] = (
    [
      [row.per_second, 1],
      [row.per_hour, 3600],
      [row.per_day, 86_400],
    ] as [number | null, number][]
  ).flatMap(([n, seconds]) => (n === null ? [] : [{ n, seconds }]));
  const id = String(row.id);
  return {
    ...{ id, name: String(row.name), connections: Number(row.connections) },
    smtp: smtpOf(settings, secret),
    limits,
    dkim: secret.dkim.length ? openDkim(secret.dkim) : null,
    domainConnections: settings.domainConnections,
    returnPathDomain: settings.returnPathDomain,
  };
}

/** How its server is reached. @throws Refusal for a user without a password or token */
export const smtpOf = (
  settings: z.output<typeof smtpSettings>,
  secret: z.output<typeof secrets>,
): SmtpAccount => ({
  ...{ host: settings.host, port: settings.port, security: settings.security, hello: settings.hello },
  ...{ verify: settings.verify, timeoutMs: settings.timeoutSeconds * 1000 },
  dotTimeoutMs: settings.dotTimeoutSeconds * 1000,
  ...(settings.ca && { ca: settings.ca }),
  ...credentials(settings.user, secret),
});

/** What an account's `secret` holds. @throws Refusal when its key is gone from the ring */
export const openSecrets = (keys: Keys, sealed: Uint8Array | null): z.output<typeof secrets> =>
  secrets.parse(sealed ? JSON.parse(keys.open('account-secret', sealed)) : {});

function credentials(
  user: string | undefined,
  secret: z.infer<typeof secrets>,
): Pick<SmtpAccount, 'credentials'> {
  if (!user) return {};
  if (secret.accessToken) return { credentials: { user, accessToken: secret.accessToken } };
  if (secret.password === undefined)
    throw new Refusal(say`The SMTP user ${user} has no password; save the account again with one.`);
  return { credentials: { user, password: secret.password } };
}
