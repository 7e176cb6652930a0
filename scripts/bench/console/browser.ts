import { request } from 'node:http';
import { STAFF } from '../state/office.ts';

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36';

export interface Answer {
  status: number;
  type: string;
  cookie: string;
  ms: number;
}

/** Fewer than one session may ask in a minute; and signing in for each page would be refused as well. */
const ASKS = 1000;

/** Gives the cookie of somebody who is signed in, from time to time a new one. */
export function openSession(url: string): () => Promise<string> {
  let cookie = '';
  let asks = ASKS;
  return async () => {
    if (asks++ >= ASKS) [cookie, asks] = [await signIn(url), 1];
    return cookie;
  };
}

/** Signs in as a browser does. @returns the cookie */
async function signIn(url: string): Promise<string> {
  const { status, cookie } = await ask(`${url}/console/sign-in`, {
    form: new URLSearchParams({ email: STAFF.email, password: STAFF.password }),
  });
  if (status !== 303) throw new Error(`The sign-in was answered ${status}.`);
  return cookie;
}

/**
 * Asks a page and reads it to its end; a stream of events has none and is left at its beginning. Node's
 * fetch cannot ask as a browser does.
 */
export function ask(
  url: string,
  { cookie, form }: { cookie?: string; form?: URLSearchParams } = {},
): Promise<Answer> {
  const started = performance.now();
  const headers = {
    ...{ 'user-agent': AGENT, accept: 'text/html', 'accept-language': 'en', 'sec-fetch-site': 'same-origin' },
    ...(cookie && { cookie }),
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: form ? 'POST' : 'GET', headers }, (answer) => {
      const type = answer.headers['content-type'] ?? '';
      const set = (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]);
      const end = () =>
        resolve({
          status: answer.statusCode ?? 0,
          type,
          cookie: set.join('; '),
          ms: performance.now() - started,
        });
      if (!type.startsWith('text/html') && answer.statusCode === 200) {
        answer.destroy();
        return end();
      }
      answer.resume().on('end', end).on('error', reject);
    });
    asked.on('error', reject).end(form?.toString());
  });
}
