import pg from 'pg';
import { type Login, tryLogin } from '../../src/deliveries/account-login.ts';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

interface AccountRow {
  name: string;
  settings: unknown;
  secret: Buffer | null;
}

/** Logs in to every SMTP account that is in use; sends nothing. */
export async function checkSmtp(patient: Patient): Promise<Finding[]> {
  const accounts = await accountRows(patient.databaseUrl);
  if (!accounts.length) return [warn('SMTP', 'no account', 'Add one before a campaign is to leave')];
  return Promise.all(accounts.map((account) => logIn(patient, account)));
}

async function accountRows(url: string): Promise<AccountRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<AccountRow>(
      `SELECT name, settings, secret FROM account WHERE channel = 'email' AND disabled_at IS NULL ORDER BY name`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

async function logIn({ keys }: Patient, account: AccountRow): Promise<Finding> {
  const check = `SMTP ${account.name}`;
  const { end, host, port, said } = await tryLogin(keys, account);
  if (end === 'unreadable') return fail(check, 'what is kept of it cannot be read', 'Save the account anew');
  if (end === 'in' || end === 'answers')
    return ok(check, `${host}:${port} ${end === 'in' ? 'lets us in' : 'answers'}`);
  return fail(check, `${host}:${port}: ${said}`, remedyFor(end));
}

function remedyFor(end: Login['end']): string {
  if (end === 'password') return "Correct the account's user and password";
  if (end === 'token') return 'Save the account with a token that has not run out (WECARE_SMTP_TOKEN)';
  if (end === 'host') return "Correct the account's host";
  return 'Check host, port, TLS and the firewall (many networks close port 25)';
}
