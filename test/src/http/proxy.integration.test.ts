import { expect, it } from 'vitest';
import { startWeb } from '../../../src/http/server.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround({ PORT: '0' });

/** /metrics is for private addresses, so its status tells for whom the caller was taken. */
async function metricsAs(forwarded: string, TRUST_PROXY: string): Promise<number> {
  const web = await startWeb({ ...ground, config: { ...ground.config, TRUST_PROXY } });
  const { status } = await fetch(`${web.url}/metrics`, { headers: { 'x-forwarded-for': forwarded } });
  await web.close();
  return status;
}

it('believes a trusted proxy about where a visitor comes from', async () => {
  expect(await metricsAs('203.0.113.7', 'loopback')).toBe(403);
  expect(await metricsAs('10.1.2.3', 'loopback')).toBe(200);
});

it('believes only what the trusted proxy itself added, whatever the visitor wrote before', async () => {
  expect(await metricsAs('10.1.2.3, 203.0.113.7', 'loopback')).toBe(403);
  expect(await metricsAs('10.1.2.3, 203.0.113.7', '1')).toBe(403);
});

it('ignores the header of an address that is not trusted', async () => {
  expect(await metricsAs('203.0.113.7', 'false')).toBe(200);
  expect(await metricsAs('203.0.113.7', '192.0.2.1')).toBe(200);
});
