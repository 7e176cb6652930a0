import type { Reply } from './wire.ts';

/** How to log in: with a password, or with an OAuth access token (XOAUTH2). */
export type Credentials = { user: string; password: string } | { user: string; accessToken: string };

type Say = (line: string) => Promise<Reply>;

/**
 * Logs in by the best way that both sides know (RFC 4954): XOAUTH2 with a token; PLAIN, else LOGIN with
 * a password.
 * @returns the server's last word, or null when there is no common way
 */
export async function authenticate(
  say: Say,
  offered: string[],
  credentials: Credentials,
): Promise<Reply | null> {
  if ('accessToken' in credentials) return offered.includes('XOAUTH2') ? byToken(say, credentials) : null;
  if (offered.includes('PLAIN')) return byPlain(say, credentials);
  return offered.includes('LOGIN') ? byLogin(say, credentials) : null;
}

async function byToken(
  say: Say,
  { user, accessToken }: { user: string; accessToken: string },
): Promise<Reply> {
  const reply = await say(
    `AUTH XOAUTH2 ${base64(`user=${user}\u0001auth=Bearer ${accessToken}\u0001\u0001`)}`,
  );
  // A refusal comes as a challenge that holds the reason; an empty answer brings the final 535.
  return reply.code === 334 ? say('') : reply;
}

const byPlain = (say: Say, { user, password }: { user: string; password: string }) =>
  say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);

async function byLogin(say: Say, { user, password }: { user: string; password: string }): Promise<Reply> {
  const asked = await say('AUTH LOGIN');
  if (asked.code !== 334) return asked;
  const again = await say(base64(user));
  return again.code === 334 ? say(base64(password)) : again;
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
