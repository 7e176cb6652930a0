import { expect, it } from 'vitest';
import { editMessage } from '../../../src/campaigns/campaigns.ts';
import { findMessage } from '../../../src/campaigns/messages.ts';
import { createSegment } from '../../../src/contacts/segments/segments.ts';
import { testGround } from '../../support/ground.ts';
import { newCampaign, people } from './support.ts';

const ground = testGround();
const everybody = people(ground);

it('keeps segments and exclusions with the message, and an edit changes what it names', async () => {
  await createSegment(ground, { name: 'Tamil', rules: { language: 'ta' } }, 'cli:test');
  const { messageId } = await newCampaign(ground, everybody.author, {
    ...{ lists: [], segments: ['Tamil'], excludeLists: ['donors'] },
  });
  const audience = async () => (await findMessage(ground.sql, messageId)).audience;
  expect(await audience()).toEqual({
    ...{ lists: [], segments: ['Tamil'], excludeLists: ['donors'], fallback: ['en', 'ml'] },
  });
  const user = everybody.author;
  await editMessage(ground, { messageId, user }, { lists: ['donors'], excludeLists: [] });
  expect(await audience()).toEqual({ lists: ['donors'], segments: ['Tamil'], fallback: ['en', 'ml'] });
});

it('refuses segments that are not there, and an audience of nobody', async () => {
  const make = (names: object) => newCampaign(ground, everybody.author, names);
  await expect(make({ segments: ['Gone'] })).rejects.toThrow(/no segment "Gone"/);
  await expect(make({ excludeSegments: ['Gone'] })).rejects.toThrow(/no segment "Gone"/);
  await expect(make({ excludeLists: ['Gone'] })).rejects.toThrow(/no list "Gone"/);
  await expect(make({ lists: [] })).rejects.toThrow(/at least one list/);
});
