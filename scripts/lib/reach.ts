import pg from 'pg';
import { Refusal } from '../../src/errors.ts';

const PATIENCE_MS = 10_000;

/** SQLSTATE or socket error, and what a person can do about it. */
const REMEDIES: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there. Start the server, or correct host and port',
  ENOTFOUND: 'that host is not known. Correct its name',
  EAI_AGAIN: 'the host could not be looked up. Check the network and its name',
  ETIMEDOUT: 'it does not answer. Check the network and the firewall',
  '28P01': 'the password is wrong. Correct it',
  '28000': 'it does not let this user in. Correct the user or pg_hba.conf',
  '3D000': 'there is no database of that name. Create it (createdb), or correct the name',
  '53300': 'it has no connection free. Raise max_connections, or end other clients',
  '57P03': 'it is starting or repairing itself. Try again in a minute',
};

/**
 * Connects once, so that what is wrong with an address is told in a sentence before anything begins.
 * @param setting name of the setting that holds the address
 * @throws Refusal that never shows the password
 */
export async function requireAnswer(url: string, setting = 'DATABASE_URL'): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS });
  try {
    await client.connect();
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    const why =
      REMEDIES[code] ?? (message.includes('timeout') ? REMEDIES.ETIMEDOUT : `${message}. Correct it`);
    throw new Refusal(`The database of ${setting} (${withoutPassword(url)}) was not reached: ${why}.`, 503);
  } finally {
    await client.end().catch(() => undefined); // it never began
  }
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  return `${url.username ? `${url.username}@` : ''}${url.host}${url.pathname}`;
}
