import { expect, it } from 'vitest';
import { createList } from '../../../src/contacts/lists.ts';
import { publicLists, publishList, unpublishList } from '../../../src/contacts/public-lists.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const ACTOR = 'author@kssm.example';
const words = {
  en: { title: 'The letter', description: 'Once a month.' },
  ml: { title: 'കത്ത്', description: 'മാസത്തിൽ ഒരിക്കൽ.' },
};

it('offers a list to everybody in both languages, and takes it off again, audited', async () => {
  const { id } = await createList(ground.sql, 'Letter');
  expect(await publicLists(ground.sql)).toEqual([]);
  await publishList(ground, 'Letter', { purpose: 'newsletter', words, actor: ACTOR });
  expect(await publicLists(ground.sql)).toEqual([{ id, purpose: 'newsletter', words }]);
  await unpublishList(ground, 'Letter', ACTOR);
  expect(await publicLists(ground.sql)).toEqual([]);
  const entries = await ground.db.auditEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } });
  expect(entries.map(({ action }) => action)).toEqual(['list.published', 'list.unpublished']);
});

it('refuses one that does not say in both languages what it is, or for what', async () => {
  const off = [
    { words: { en: words.en }, says: /in English and in Malayalam/ },
    { words: { ...words, ml: { title: 'x\ny', description: 'x' } }, says: /one line/ },
    { words: { ...words, ml: { title: ' ', description: 'x' } }, says: /must not be empty/ },
    { purpose: 'News Letter', says: /a word in small letters/ },
  ];
  for (const { says, ...wish } of off) {
    const whole = { purpose: 'newsletter', words, actor: ACTOR, ...wish };
    await expect(publishList(ground, 'Letter', whole)).rejects.toThrow(says);
  }
  const wish = { purpose: 'newsletter', words, actor: ACTOR };
  await expect(publishList(ground, 'Nobody', wish)).rejects.toThrow(/no list "Nobody"/);
});
