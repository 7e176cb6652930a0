import nodemailer from 'nodemailer';
import pg from 'pg';
import { openSecrets, smtpSettings } from '../../src/deliveries/accounts.ts';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

const PATIENCE_MS = 8000;

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

async function logIn({ keys }: Patient, { name, settings, secret }: AccountRow): Promise<Finding> {
  const check = `SMTP ${name}`;
  const parsed = smtpSettings.safeParse(settings);
  if (!parsed.success) return fail(check, 'its settings cannot be read', 'Save the account anew');
  const { host, port, security, user, hello, ca, verify } = parsed.data;
  try {
    const auth = user ? { auth: authOf(user, openSecrets(keys, secret)) } : {};
    const tls = {
      ...{ secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
      tls: { rejectUnauthorized: verify, ...(ca && { ca }) },
    };
    const limits = {
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
    };
    await nodemailer.createTransport({ host, port, name: hello, ...tls, ...auth, ...limits }).verify();
    return ok(check, `${host}:${port} ${user ? 'lets us in' : 'answers'}`);
  } catch (error) {
    return fail(check, `${host}:${port}: ${(error as Error).message}`, remedyFor(error));
  }
}

function authOf(user: string, { password, accessToken }: ReturnType<typeof openSecrets>) {
  return accessToken ? { type: 'OAuth2' as const, user, accessToken } : { user, pass: password ?? '' };
}

function remedyFor(error: unknown): string {
  const { code = '' } = error as { code?: string };
  if (code === 'EAUTH') return "Correct the account's user and password";
  if (code === 'EDNS' || code === 'ENOTFOUND') return "Correct the account's host";
  return 'Check host, port, TLS and the firewall (many networks close port 25)';
}
