import { afterEach, describe, expect, it } from 'vitest';
import { readPaper } from '../../src/pages/occasions/papers/papers.ts';
import { addPhoto } from '../../src/pages/occasions/photos.ts';
import { engineGround } from '../support/engine.ts';
import { liveOccasion } from '../support/live-occasions.ts';
import { photograph } from '../support/pictures.ts';
import { ownRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { workers } from '../support/workers.ts';

const redis = ownRedis('occasions');

describe.each(['postgres', 'redis'] as const)('a worker on the queue in %s', (backend) => {
  // Where no Redis is found this half is skipped and counted; .ci/run installs one and fails on a skip.
  if (backend === 'redis' && !redis) return it.skip('draws photographs and papers of families');
  const ground = engineGround(backend === 'redis' && redis ? { REDIS_URL: redis } : {});
  const crew = workers(ground);
  afterEach(() => crew.stopAll());

  it('draws photographs and papers of families, also what an emptied queue forgot', async () => {
    const { id } = await liveOccasion(ground);
    await crew.start();
    const photo = await addPhoto(ground, id, { name: 'a.jpg', bytes: await photograph(700, 500) });
    const state = async () =>
      (await ground.db.occasionPhoto.findUniqueOrThrow({ where: { id: photo } })).state;
    await until(async () => (await state()) === 'ready', 'the photograph is drawn');
    // Nobody queued its papers: the clock does.
    const card = () => readPaper(ground, { occasionId: id, kind: 'card', language: 'ml' });
    await until(async () => (await card()) !== null, 'the picture for sharing is drawn');
    expect((await card())?.fresh).toBe(true);
  });
});
