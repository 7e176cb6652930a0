import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startWeb } from '../../../src/http/server.ts';
import { seedMailed } from '../../support/mailed.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask, url } = testWeb({}, { inboxUrl: 'http://127.0.0.1:3001/sandbox/inbox' });

describe('the pages', () => {
  it('begin with what this is, in the language of the browser', async () => {
    expect(await (await ask('/')).text()).toContain('Every letter, to the right person, once');
    const html = await (await ask('/', { headers: { 'accept-language': 'ml-IN,ml;q=0.9,en;q=0.5' } })).text();
    expect(html).toContain('<html lang="ml"');
    expect(html).toContain('http://127.0.0.1:3001/sandbox/inbox');
  });

  it('are not there for an address or a form with a NUL in it, which no database takes', async () => {
    for (const path of ['/projects?text=%00', '/projects/a%00b', '/l/a%00b', '/n/a%00', '/?x=a%00'])
      expect((await ask(path)).status, path).toBe(404);
    const body = new URLSearchParams('name=Anu%00&email=anu%00%40people.example&to=check&key=%00');
    const headers = { 'sec-fetch-site': 'same-origin' };
    for (const path of ['/subscribe', '/give', '/my'])
      expect((await ask(path, { method: 'POST', headers, body })).status, path).toBeLessThan(500);
  });

  it('name their style sheets by content, so that browsers may keep them for a year', async () => {
    const [, path = ''] =
      /href="(\/assets\/tokens\.[0-9a-f]{10}\.css)"/.exec(await (await ask('/')).text()) ?? [];
    const answer = await ask(path);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(await answer.text()).toContain('--gold');
  });

  it('weigh less than 60 KB with all they need', async () => {
    const html = await (await ask('/')).text();
    const files = [...html.matchAll(/(?:href)="(\/assets\/[^"]+)"/g)].map(([, path]) => ask(path as string));
    const sizes = await Promise.all(
      files.map(async (file) => Number((await file).headers.get('content-length'))),
    );
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, size) => sum + size, html.length)).toBeLessThan(60_000);
  });

  it('answer an unknown address with a page for people and problem details for programs', async () => {
    const page = await ask('/nothing/here');
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('There is no such page');
    const problem = await ask('/nothing/here', { headers: { accept: 'application/json' } });
    expect(problem.headers.get('content-type')).toContain('application/problem+json');
    expect(await problem.json()).toMatchObject({ type: 'about:blank', status: 404 });
  });
});

describe('startWeb', () => {
  it('names the port and PORT when another program has it', async () => {
    const PORT = Number(new URL(url()).port);
    const taken = startWeb({ ...ground, config: { ...ground.config, PORT } });
    await expect(taken).rejects.toThrow(new RegExp(`Port ${PORT} on 127.0.0.1 is in use.*PORT`));
  });

  it('says which setting will not do', async () => {
    const at = (more: object) => startWeb({ ...ground, config: { ...ground.config, ...more } });
    await expect(at({ TRUST_PROXY: 'the front one' })).rejects.toThrow(/TRUST_PROXY is “the front one”/);
    await expect(at({ HOST: '203.0.113.7' })).rejects.toThrow(/no address 203.0.113.7.*HOST/);
  });

  it('hides its own faults behind a kind page with the number of the request, and says them in the log', async () => {
    const { web, lines } = await logged({ keys: { ...ground.keys, verify: undefined as never } });
    const answer = await fetch(`${web.url}/u/${'A'.repeat(28)}`, {
      headers: { 'x-request-id': 'proxy-12345' },
    });
    const html = await answer.text();
    await web.close();
    expect(answer.status).toBe(500);
    expect(html).toContain('proxy-12345');
    expect(html).not.toContain('TypeError');
    expect(lines().join('')).toContain('TypeError');
  });

  it('logs the pattern of a route and never the token in its address', async () => {
    const { token } = await seedMailed(ground);
    const { web, lines } = await logged({});
    await fetch(`${web.url}/u/${token}?lang=ml`, { headers: { cookie: 'a=secret' } });
    await fetch(`${web.url}/l/nosuch00/${token}`);
    await web.close();
    const all = lines().join('');
    expect(all).toContain('"route":"/u/:token"');
    expect(all).not.toContain(token);
    expect(all).not.toMatch(/secret|127\.0\.0\.1|user-agent/);
  });

  it('answers what was asked before it closes', async () => {
    const { token } = await seedMailed(ground);
    const web = await startWeb(ground);
    const blocker = await ground.sql.connect();
    await blocker.query('BEGIN; LOCK TABLE contact IN ACCESS EXCLUSIVE MODE');
    const asked = fetch(`${web.url}/u/${token}`);
    await waiting();
    const closed = web.close();
    await expect(fetch(`${web.url}/healthz`)).rejects.toThrow();
    await blocker.query('COMMIT');
    blocker.release();
    expect((await asked).status).toBe(200);
    await closed;
  });
});

/** Waits until a query of the web waits for the lock. */
async function waiting(): Promise<void> {
  const { rows } = await ground.sql.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  if (!rows.length) return waiting();
}

/** A web whose log is kept, on the ground with some part of it changed. */
async function logged(changed: Partial<typeof ground>) {
  const written: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void written.push(line) });
  const web = await startWeb({ ...ground, ...changed, log });
  return { web, lines: () => written };
}
