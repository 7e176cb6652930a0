import { describe, expect, it } from 'vitest';
import { queues as everyQueue } from '../../../../src/queues.ts';
import { ownRedis } from '../../../support/redis.ts';
import { signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const redis = ownRedis('board');

describe.each(['postgres', 'redis'] as const)('the board of the queues in %s', (backend) => {
  // Where no Redis is found this half is skipped and counted; .ci/run installs one and fails on a skip.
  if (backend === 'redis' && !redis) return it.skip('shows what lies in them');
  const web = testWeb(backend === 'redis' && redis ? { REDIS_URL: redis } : {});

  it('shows what lies in them under a policy of its own, and nobody can change it there', async () => {
    const { cookie } = await signedIn(web, ['administrator']);
    await web.ground.queues.add('deliveries', [{ payload: { run: '7', first: 1, last: 5 } }]);
    const page = await web.ask('/console/queues/', { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("style-src 'self' 'unsafe-inline'");
    const html = await page.text();
    const script = /src="(static\/js\/main[^"]+)"/.exec(html)?.[1];
    const file = await web.ask(`/console/queues/${script}`, { headers: { cookie } });
    expect(file.headers.get('content-type')).toContain('javascript');
    const asked = await web.ask('/console/queues/api/queues?activeQueue=deliveries&page=1', {
      headers: { cookie, accept: 'application/json' },
    });
    const { queues } = (await asked.json()) as { queues: Board[] };
    expect(queues.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toEqual(
      Object.keys(everyQueue).map((name) => [name, true]),
    );
    expect(queues[0]?.counts.waiting).toBe(1);
    const change = await web.ask('/console/queues/api/queues/deliveries/pause', {
      ...{ method: 'PUT', headers: { cookie, 'sec-fetch-site': 'same-origin' } },
    });
    expect(change.status).toBe(404);
  });
});

interface Board {
  name: string;
  readOnlyMode: boolean;
  counts: Record<string, number>;
}
