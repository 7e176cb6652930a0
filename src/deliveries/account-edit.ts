import { audit } from '../access/audit.ts';
import { transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { listAccounts } from './account-list.ts';
import { openSecrets, type SmtpSettings, smtpSettings } from './accounts.ts';

/** An account as a form has it. Secrets that are left empty stay what they are. */
export interface AccountForm {
  name: string;
  domains: string[];
  priority: number;
  connections: number;
  perSecond: number | null;
  perHour: number | null;
  perDay: number | null;
  settings: SmtpSettings;
  password: string;
  /** One more key to sign with; in place of one of the same domain and selector. */
  dkim: { domain: string; selector: string; privateKey: string } | null;
  /** Keys that sign no more, as `domain selector`. */
  withoutKeys: string[];
}

type Part = Pick<Ground, 'sql' | 'db' | 'keys'>;

/** What of an account a form begins with; never a secret. @throws Refusal (404) when there is none */
export async function readAccount({ sql, keys, db }: Part, id: string) {
  const rows = await listAccounts({ sql });
  const row = found(
    rows.find((one) => one.id === id),
    say`There is no such account.`,
  );
  const { settings, secret } = await db.account.findUniqueOrThrow({ where: { id } });
  const { hello, verify, returnPathDomain = '' } = smtpSettings.parse(settings);
  const { dkim, password, accessToken } = openSecrets(keys, secret);
  const selectors = dkim.map(({ domain, selector }) => ({ domain, selector }));
  return {
    ...row,
    hello,
    verify,
    returnPathDomain,
    selectors,
    hasPassword: (password ?? accessToken) !== undefined,
  };
}

/**
 * Adds an account, or changes the one of this id; it is tried again at once when it rested.
 * @throws Refusal (409) for a name that is taken, (404) when there is none
 */
export async function editAccount(
  { keys, db, sql }: Part,
  { id, form }: { id: string | null; form: AccountForm },
  actor: string,
): Promise<string> {
  const { settings, password, dkim, withoutKeys, ...rest } = form;
  const before = id
    ? found(await db.account.findUnique({ where: { id } }), say`There is no such account.`)
    : null;
  const taken = await db.account.findUnique({ where: { name: form.name } });
  if (taken && taken.id !== id)
    throw new Refusal(
      say`There is an account ${JSON.stringify(form.name)} already. Choose another name.`,
      409,
    );
  const old = openSecrets(keys, before?.secret ?? null);
  const kept = old.dkim.filter(({ domain, selector }) => !withoutKeys.includes(`${domain} ${selector}`));
  const others = kept.filter((key) => key.domain !== dkim?.domain || key.selector !== dkim?.selector);
  const login = password ? { password } : { password: old.password, accessToken: old.accessToken };
  const secrets = { ...login, dkim: dkim ? [...others, dkim] : others };
  const data = {
    ...rest,
    settings: smtpSettings.parse({ ...(before?.settings as object), ...settings }),
    secret: new Uint8Array(keys.seal('account-secret', JSON.stringify(secrets))),
  };
  const saved = before
    ? await db.account.update({
        where: { id: before.id },
        data: { ...data, restsUntil: null, trouble: null },
      })
    : await db.account.create({ data: { ...data, channel: 'email' } });
  const after = { name: rest.name, domains: rest.domains, host: settings.host };
  await audit(sql, { actor, action: 'account.saved', subjectType: 'account', subjectId: saved.id, after });
  return saved.id;
}

/** Takes an account out of use, or back into it. @throws Refusal (404) when there is none */
export async function switchAccount(
  { sql }: Pick<Ground, 'sql'>,
  { id, on }: { id: string; on: boolean },
  actor: string,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const { rows } = await connection.query(
      `UPDATE account SET disabled_at = CASE WHEN $2 THEN NULL ELSE coalesce(disabled_at, now()) END,
              rests_until = NULL, trouble = NULL WHERE id::text = $1 RETURNING name`,
      [id, on],
    );
    const { name } = found(rows[0], say`There is no such account.`);
    const subject = { subjectType: 'account', subjectId: id, after: { name } };
    await audit(connection, { actor, action: on ? 'account.enabled' : 'account.disabled', ...subject });
  });
}
