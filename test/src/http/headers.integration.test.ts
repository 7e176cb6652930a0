import { describe, expect, it } from 'vitest';
import { routes } from '../../../src/http/routes.ts';
import { startWeb } from '../../../src/http/server.ts';
import { seedMailed } from '../../support/mailed.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });

/** What every answer carries, and how it must look. */
const WANTED: Record<string, RegExp> = {
  'content-security-policy': /^default-src 'none';(?!.*unsafe-(inline|eval)).*frame-ancestors /,
  'strict-transport-security': /^max-age=31536000$/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^(no-referrer|same-origin|strict-origin)$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^(same|cross)-origin$/,
  'permissions-policy': /camera=\(\).*geolocation=\(\)/,
  'x-permitted-cross-domain-policies': /^none$/,
  'x-request-id': /^[\w-]{8,64}$/,
};

const lacks = ({ headers }: Response) =>
  Object.entries(WANTED).flatMap(([name, form]) =>
    form.test(headers.get(name) ?? '') ? [] : [`${name}: ${headers.get(name)}`],
  );

describe('every answer carries the headers that keep a visitor safe', () => {
  const paths = [...new Set(routes.map(({ path }) => path))];
  it.each(paths)('%s', async (path) => {
    const { token } = await seedMailed(ground);
    const filled = path.replace('{/:token}', '').replace(':token', token).replace(/:\w+/g, 'something1');
    for (const method of ['GET', 'POST']) {
      const answer = await ask(filled, { method });
      expect([method, filled, answer.status, lacks(answer)]).toEqual([method, filled, answer.status, []]);
      expect(answer.headers.get('x-powered-by')).toBeNull();
      expect(answer.headers.get('server')).toBeNull();
    }
  });

  it.each([
    ['an address that is not there', '/nothing', 404],
    ['an address that cannot be read', '/u/%E0%A4%A', 400],
  ])('%s', async (_what, path, status) => {
    const answer = await ask(path);
    expect([answer.status, lacks(answer)]).toEqual([status, []]);
  });

  it('a body that is too long', async () => {
    const { token } = await seedMailed(ground);
    const body = new URLSearchParams({ from: 'x'.repeat(20_000) });
    const answer = await ask(`/u/${token}`, { method: 'POST', body });
    expect([answer.status, lacks(answer)]).toEqual([413, []]);
  });

  it('the page of too many requests', async () => {
    const asking = { headers: { 'x-forwarded-for': '203.0.113.50' } };
    let answer = await ask('/', asking);
    for (let i = 0; i < 310 && answer.status !== 429; i++) answer = await ask('/', asking);
    expect([answer.status, lacks(answer)]).toEqual([429, []]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

it('asks for https later only where the installation has it', async () => {
  const web = await startWeb({ ...ground, config: { ...ground.config, publicUrl: 'http://localhost:3000' } });
  const answer = await fetch(web.url);
  await web.close();
  expect(answer.headers.get('strict-transport-security')).toBeNull();
});
