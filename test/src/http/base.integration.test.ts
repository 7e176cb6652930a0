import express from 'express';
import { describe, expect, it } from 'vitest';
import { underPath } from '../../../src/http/base.ts';
import { routes } from '../../../src/http/routes.ts';
import { drain, listen, portOf } from '../../../src/listen.ts';
import { seedMailed } from '../../support/mailed.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://x.kerala.example/wecare/' });

/** Every address of a page that leads to our own host. */
const ownAddresses = (html: string) =>
  [...html.matchAll(/\s(?:href|src|action)="([^"]*)"/g)]
    .map(([, address = '']) => address)
    .filter((address) => !/^(#|[a-z]+:)/.test(address));

describe('a web under a path of its host', () => {
  it('answers with the path, and without it to a proxy that took it away', async () => {
    for (const path of ['/wecare/', '/wecare', '/wecare?lang=ml', '/', '/wecare/healthz', '/healthz'])
      expect([path, (await ask(path)).status]).toEqual([path, 200]);
    expect((await ask('/wecarehealthz')).status).toBe(404);
    expect((await ask('/wecare/nothing')).status).toBe(404);
  });

  it('has pages whose addresses all stay under the path and are there', async () => {
    const { token } = await seedMailed(ground);
    for (const path of ['/', '/nothing', `/u/${token}`, '/u/broken', '/l/nothere']) {
      const addresses = ownAddresses(await (await ask(`/wecare${path}`)).text());
      expect(addresses.length).toBeGreaterThan(5);
      expect(addresses.filter((address) => !address.startsWith('/wecare/'))).toEqual([]);
      const assets = addresses.filter((address) => address.includes('/assets/'));
      for (const asset of assets) expect((await ask(asset)).status).toBe(200);
    }
  });

  it.each(routes.filter(({ method }) => method === 'get').map(({ path }) => path))(
    'keeps its addresses there on %s',
    async (path) => {
      const { token } = await seedMailed(ground);
      const filled = path.replace('{/:token}', '').replace(':token', token).replace(/:\w+/g, 'something1');
      const answer = await ask(`/wecare${filled}`);
      const location = answer.headers.get('location');
      if (location?.startsWith('/')) expect(location).toMatch(/^\/wecare\//);
      if (!answer.headers.get('content-type')?.includes('html')) return;
      const outside = ownAddresses(await answer.text()).filter((address) => !address.startsWith('/wecare/'));
      expect(outside).toEqual([]);
    },
  );

  it('has forms that arrive', async () => {
    const { token, contactId } = await seedMailed(ground);
    const actionOf = (html: string) => /action="([^"]+)"/.exec(html)?.[1]?.replace('&#x3D;', '=') as string;
    const post = { method: 'POST', body: new URLSearchParams({ from: 'page' }) };
    const page = await (await ask(`/wecare/u/${token}?lang=en`)).text();
    expect(actionOf(page)).toBe(`/wecare/u/${token}?lang=en`);
    const done = await (await ask(actionOf(page), post)).text();
    expect(actionOf(done)).toBe(`/wecare/u/${token}/undo?lang=en`);
    expect((await ask(actionOf(done), post)).status).toBe(200);
    const consents = await ground.db.consentEvent.findMany({ where: { contactId }, orderBy: { id: 'asc' } });
    expect(consents.map(({ given }) => given)).toEqual([true, false, true]);
  });
});

describe('underPath', () => {
  it('keeps redirects of our own under the path and leaves those to others', async () => {
    const app = express().use(underPath('/wecare'));
    app.get('/own', (_req, res) => res.redirect('/there?a=1'));
    app.get('/other', (_req, res) => res.redirect('https://fund.example/x'));
    const server = await listen(app, { host: '127.0.0.1', port: 0, setting: 'PORT' });
    const leads = async (path: string) =>
      (await fetch(`http://127.0.0.1:${portOf(server)}${path}`, { redirect: 'manual' })).headers.get(
        'location',
      );
    expect(await leads('/wecare/own')).toBe('/wecare/there?a=1');
    expect(await leads('/wecare/other')).toBe('https://fund.example/x');
    await drain(server, 1000);
  });
});
