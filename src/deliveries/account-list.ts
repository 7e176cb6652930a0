import { audit } from '../access/audit.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { saveAccount } from './accounts.ts';

/** An SMTP account as staff see it; its secrets stay inside. */
export interface AccountRow {
  id: string;
  name: string;
  domains: string[];
  priority: number;
  host: string;
  port: number;
  security: string;
  user: string | null;
  connections: number;
  perSecond: number | null;
  perHour: number | null;
  perDay: number | null;
  /** What the far end said, while the account rests. */
  trouble: string | null;
  restsUntil: Date | null;
  disabledAt: Date | null;
}

/** SMTP accounts, best first. */
export async function listAccounts({ sql }: Pick<Ground, 'sql'>): Promise<AccountRow[]> {
  const { rows } = await sql.query<AccountRow>(
    `SELECT id, name, domains, priority, settings ->> 'host' AS host, (settings ->> 'port')::int AS port,
            settings ->> 'security' AS security, settings ->> 'user' AS "user", connections,
            per_second AS "perSecond", per_hour AS "perHour", per_day AS "perDay",
            CASE WHEN rests_until > now() THEN trouble END AS trouble,
            CASE WHEN rests_until > now() THEN rests_until END AS "restsUntil", disabled_at AS "disabledAt"
       FROM account WHERE channel = 'email' ORDER BY priority, name`,
  );
  return rows;
}

/** Adds or replaces an account, as a person's doing. */
export async function putAccount(
  ground: Pick<Ground, 'sql' | 'db' | 'keys'>,
  account: Parameters<typeof saveAccount>[1],
  actor: string,
): Promise<AccountRow> {
  const id = await saveAccount(ground, account);
  const after = { name: account.name, domains: account.domains, host: account.settings.host };
  await audit(ground.sql, { actor, action: 'account.saved', subjectType: 'account', subjectId: id, after });
  return found(
    (await listAccounts(ground)).find((row) => row.id === id),
    say`There is no account ${id}.`,
  );
}
