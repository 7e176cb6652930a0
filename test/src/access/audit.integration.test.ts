import { expect, it } from 'vitest';
import { audit } from '../../../src/access/audit.ts';
import { searchAudit } from '../../../src/access/audit-search.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();

it('is read newest first, narrowed by who, what, which and when, page by page', async () => {
  const entry = (actor: string, action: string, subjectType: string, subjectId: string) =>
    audit(ground.sql, { actor, action, subjectType, subjectId, after: { name: 'x' } });
  await entry('asha@kssm.example', 'campaign.created', 'campaign', '7');
  await entry('ravi@kssm.example', 'campaign.approved', 'campaign', '7');
  await entry('cli:root', 'user.added', 'user', 'a:b');
  const found = async (search: Partial<Parameters<typeof searchAudit>[1]>) =>
    (await searchAudit(ground, { limit: 10, ...search })).map(({ action }) => action);
  expect(await found({})).toEqual(['user.added', 'campaign.approved', 'campaign.created']);
  expect(await found({ actor: 'ASHA' })).toEqual(['campaign.created']);
  expect(await found({ subject: 'campaign:7', limit: 1 })).toEqual(['campaign.approved']);
  expect(await found({ subject: 'user:a:b' })).toEqual(['user.added']);
  expect(await found({ action: 'campaign.' })).toHaveLength(2);
  expect(await found({ since: new Date('2100-01-01') })).toEqual([]);
  const [newest] = await searchAudit(ground, { limit: 1 });
  expect(await found({ before: BigInt(newest?.id ?? 0), limit: 1 })).toEqual(['campaign.approved']);
});
