import { openSession, quit, SmtpFailure } from '../../channels/email/smtp.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Keys } from '../keys.ts';
import { say } from '../say.ts';
import { openSecrets, smtpOf, smtpSettings } from './accounts.ts';

/**
 * How a log-in ended: `in` with a user, `answers` where none is needed; or what failed. `password` and
 * `token` are what the server refuses, `unreadable` what was kept of the account and will not do.
 * `silent` is a server that does not answer at all, `tls` one that cannot be trusted or speaks none.
 */
export type LoginEnd =
  | ('in' | 'answers')
  | ('unreadable' | 'password' | 'token' | 'host' | 'tls' | 'silent' | 'other');

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
export async function tryLogin(keys: Keys, stored: Stored): Promise<Login> {
  const account = readable(keys, stored);
  if (!account) return { end: 'unreadable', host: '', port: 0, said: '' };
  const { host, port, credentials } = account;
  try {
    quit(await openSession({ ...account, timeoutMs: PATIENCE_MS }));
    return { end: credentials ? 'in' : 'answers', host, port, said: '' };
  } catch (error) {
    if (!(error instanceof SmtpFailure)) throw error;
    const refused = credentials && 'accessToken' in credentials ? 'token' : 'password';
    const said = error.message.replace(`${host}:${port}: `, '');
    return { end: endOf(error, refused), host, port, said };
  }
}

function readable(keys: Keys, { settings, secret }: Stored) {
  const parsed = smtpSettings.safeParse(settings);
  if (!parsed.success) return undefined;
  try {
    return smtpOf(parsed.data, openSecrets(keys, secret));
  } catch {
    return undefined; // its key is gone, or it has a user and no password
  }
}

/** A refused log-in has the server's code; what failed below it is told by the codes of Node's sockets and TLS. */
function endOf({ kind, code, message }: SmtpFailure, refused: LoginEnd): LoginEnd {
  if (kind === 'unauthorised' && code) return refused;
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return 'host';
  if (/certificate|self.signed|SSL|TLS|altname/i.test(message)) return 'tls';
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|in time/.test(message)) return 'silent';
  return 'other';
}
