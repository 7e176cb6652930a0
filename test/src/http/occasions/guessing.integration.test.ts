import { expect, it } from 'vitest';
import { liveOccasion } from '../../../support/live-occasions.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });

it('whoever tries one code after the other is sent away, and sees nothing more', async () => {
  const { code } = await liveOccasion(ground);
  expect((await ask(`/o/${code}?lang=ml`)).status).toBe(200);
  for (let n = 10; n < 70; n++) expect((await ask(`/o/zzzzzz${n}`)).status).toBe(404);
  expect((await ask(`/o/${code}?lang=en`)).status).toBe(429);
  expect((await ask(`/o/${code}/wall`)).status).toBe(429);
});
