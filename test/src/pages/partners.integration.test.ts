import { beforeAll, expect, it } from 'vitest';
import { endOffer, listOffers, makeOffer } from '../../../src/pages/offers.ts';
import { addSponsor, endSponsor, listSponsors } from '../../../src/pages/sponsors.ts';
import { testGround } from '../../support/ground.ts';
import { type Hands, hands, liveProject } from './support.ts';

const ground = testGround();
let both: Hands;
let projectId: string;
beforeAll(async () => {
  both = await hands(ground);
  projectId = await liveProject(ground, both);
});

const offer = { sponsor: { en: 'Spices', ml: '' }, amount: '500000' };

it('records a promise by India’s days, and refuses one that ends before it begins', async () => {
  const days = { from: '2026-12-01', until: '2026-12-31' };
  await makeOffer(ground, { projectId, offer: { ...offer, ...days } }, both.approver);
  expect((await listOffers(ground, projectId))[0]).toMatchObject({
    ...{ percent: 100, amount: 500000n, taken: 0n, held: 0n },
    ...{ opensAt: new Date('2026-11-30T18:30:00Z'), closesAt: new Date('2026-12-31T18:30:00Z') },
  });
  const over = { ...offer, from: '2026-12-02', until: '2026-12-01' };
  await expect(makeOffer(ground, { projectId, offer: over }, both.approver)).rejects.toThrow(
    'before it begins',
  );
  const past = { ...offer, until: '2026-11-20' };
  await expect(makeOffer(ground, { projectId, offer: past }, both.approver)).rejects.toThrow(
    'before it begins',
  );
  await expect(makeOffer(ground, { projectId, offer }, both.author)).rejects.toThrow('may not');
});

it('ends a promise once, and leaves what is held of it', async () => {
  const id = await makeOffer(ground, { projectId, offer }, both.approver);
  await ground.sql.query('UPDATE matching_offer SET held = 700 WHERE id = $1', [id]);
  await endOffer(ground, { projectId, id }, both.approver);
  await expect(endOffer(ground, { projectId, id }, both.approver)).rejects.toThrow('ended already');
  const ended = (await listOffers(ground, projectId)).find((one) => one.id === id);
  expect(ended).toMatchObject({ held: 700n, endedAt: expect.any(Date) });
});

it('thanks sponsors, the whole ones first, until they are taken off', async () => {
  const add = (en: string, whole: boolean) =>
    addSponsor(ground, { projectId, sponsor: { name: { en, ml: '' }, whole } }, both.approver);
  const part = await add('Part', false);
  await add('Whole', true);
  expect((await listSponsors(ground, projectId)).map(({ name }) => name.en)).toEqual(['Whole', 'Part']);
  await endSponsor(ground, { projectId, id: part }, both.approver);
  expect(await listSponsors(ground, projectId)).toHaveLength(1);
});
