import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll } from 'vitest';
import { type RunningWeb, startWeb } from '../../src/http/server.ts';
import { testGround } from './ground.ts';

const PHONE = {
  'user-agent':
    'Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
  'accept-language': 'en',
  'accept-encoding': 'gzip',
  accept: 'text/html',
};

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  body?: URLSearchParams | FormData;
}

/** A ground with a web on a free port, both closed after the last test of the file that calls this. */
export function testWeb(env: Record<string, string> = {}, options: { inboxUrl?: string } = {}) {
  const ground = testGround({ PORT: '0', ...env });
  let web: RunningWeb;
  beforeAll(async () => {
    web = await startWeb(ground, options);
  });
  afterAll(() => web.close());
  return { ground, ask: (path: string, asking?: Asking) => ask(web.url + path, asking), url: () => web.url };
}

/** Asks as a phone's browser would, without following redirects. Node's own fetch says it is no navigation. */
async function ask(url: string, { method = 'GET', headers, body }: Asking = {}): Promise<Response> {
  const form = body && new Response(body);
  const type = form?.headers.get('content-type');
  const content = form && Buffer.from(await form.arrayBuffer());
  return new Promise((resolve, reject) => {
    const all = { ...PHONE, ...(type && { 'content-type': type }), ...headers };
    const asked = request(url, { method, headers: all, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const plain =
          answer.headers['content-encoding'] === 'gzip' && bytes.length ? gunzipSync(bytes) : bytes;
        const given = Object.entries(answer.headersDistinct).map(([name, values]) => [
          name,
          values?.join(', ') ?? '',
        ]);
        resolve(
          // One without a body may not be given an empty one.
          new Response(answer.statusCode === 304 ? null : plain, {
            status: answer.statusCode ?? 0,
            headers: given as [string, string][],
          }),
        );
      });
    });
    asked.on('error', reject).end(content);
  });
}
