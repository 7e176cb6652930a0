import nodemailer from 'nodemailer';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Keys } from '../keys.ts';
import { say } from '../say.ts';
import { openSecrets, smtpSettings } from './accounts.ts';

/**
 * How a log-in ended: `in` with user and password, `answers` where none are needed; or what failed.
 * `silent` is a server that does not answer at all, `tls` one that cannot be trusted or speaks none.
 */
export type LoginEnd = 'in' | 'answers' | 'unreadable' | 'password' | 'host' | 'tls' | 'silent' | 'other';

export interface Login {
  end: LoginEnd;
  host: string;
  port: number;
  /** What the server or the network said; empty when all went well. */
  said: string;
}

const PATIENCE_MS = 8000;

/** Logs in to an SMTP account as a worker would; sends nothing. @throws Refusal (404) when there is none */
export async function tryAccount({ sql, keys }: Pick<Ground, 'sql' | 'keys'>, id: string): Promise<Login> {
  const { rows } = await sql.query<Stored>('SELECT settings, secret FROM account WHERE id::text = $1', [id]);
  return tryLogin(keys, found(rows[0], say`There is no such account.`));
}

interface Stored {
  settings: unknown;
  secret: Uint8Array | null;
}

/** The same with what an account's row holds. */
export async function tryLogin(keys: Keys, { settings, secret }: Stored): Promise<Login> {
  const parsed = smtpSettings.safeParse(settings);
  if (!parsed.success) return { end: 'unreadable', host: '', port: 0, said: '' };
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
    return { end: user ? 'in' : 'answers', host, port, said: '' };
  } catch (error) {
    return { end: endOf(error), host, port, said: (error as Error).message };
  }
}

function authOf(user: string, { password, accessToken }: ReturnType<typeof openSecrets>) {
  return accessToken ? { type: 'OAuth2' as const, user, accessToken } : { user, pass: password ?? '' };
}

/** By nodemailer's codes, and where it has only ESOCKET, by those of Node's sockets and TLS. */
function endOf(error: unknown): LoginEnd {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (code === 'EAUTH') return 'password';
  if (code === 'EDNS' || code === 'ENOTFOUND' || /ENOTFOUND|EAI_AGAIN/.test(message)) return 'host';
  if (code === 'ETLS' || /certificate|self.signed|SSL|TLS|altnames/i.test(message)) return 'tls';
  if (code === 'ETIMEDOUT' || /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|timeout/i.test(message))
    return 'silent';
  return 'other';
}
