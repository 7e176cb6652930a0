import nodemailer from 'nodemailer';
import pg from 'pg';
import { z } from 'zod';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

const PATIENCE_MS = 8000;

const smtpSettings = z.looseObject({
  host: z.string(),
  port: z.number().int(),
  secure: z.boolean().optional(),
  user: z.string().optional(),
});

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
  if (!parsed.success)
    return fail(check, 'its settings are not {host, port, secure, user}', 'Set it up anew');
  const { host, port, secure = false, user } = parsed.data;
  try {
    const pass = secret ? keys.open('account-secret', secret) : '';
    const auth = user ? { auth: { user, pass } } : {};
    const limits = {
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
    };
    await nodemailer.createTransport({ host, port, secure, ...auth, ...limits }).verify();
    return ok(check, `${host}:${port} ${user ? 'lets us in' : 'answers'}`);
  } catch (error) {
    return fail(check, `${host}:${port}: ${(error as Error).message}`, remedyFor(error));
  }
}

function remedyFor(error: unknown): string {
  const { code = '' } = error as { code?: string };
  if (code === 'EAUTH') return "Correct the account's user and password";
  if (code === 'EDNS' || code === 'ENOTFOUND') return "Correct the account's host";
  return 'Check host, port, TLS and the firewall (many networks close port 25)';
}
