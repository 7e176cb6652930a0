import { expect, it } from 'vitest';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { engineGround } from '../../support/engine.ts';
import { letter, numbered, people, plannedRun } from '../../support/people.ts';

const ground = engineGround();

/** In which language a contact of each language gets a message written in these. */
async function languages(contacts: (string | null)[], written: string[], fallback: string[]) {
  const { list, ids } = await people(ground, numbered(contacts.length, `${crypto.randomUUID()}.example`));
  for (const [i, language] of contacts.entries())
    await ground.sql.query('UPDATE contact SET language = $2 WHERE id = $1', [ids[i], language]);
  const run = await plannedRun(ground);
  const contents = Object.fromEntries(written.map((tag) => [tag, letter(tag)]));
  await freezeRun(ground, run, { lists: [list], fallback, contents });
  const { rows } = await ground.sql.query('SELECT contact_id, language FROM delivery WHERE run = $1', [run]);
  return ids.map((id) => rows.find((row) => row.contact_id === id)?.language);
}

it('finds the text by the language, then by its shorter names (RFC 4647 section 3.4)', async () => {
  const asked = ['ml', 'ml-IN', 'ML', 'ml-Mlym-IN', 'en-GB', 'EN-gb'];
  expect(await languages(asked, ['ml', 'en', 'ml-Mlym'], ['en'])).toEqual([
    ...['ml', 'ml', 'ml', 'ml-Mlym', 'en', 'en'],
  ]);
});

it('takes another kind of the same language rather than another language', async () => {
  expect(await languages(['en', 'en-US', 'ml'], ['en-GB', 'en-IN', 'ml-IN'], ['ml-IN', 'en-IN'])).toEqual([
    ...['en-IN', 'en-IN', 'ml-IN'],
  ]);
});

it('falls back on the first that the message names, for another language and for none', async () => {
  expect(await languages(['ta', 'mlx', 'e', '', null, '%'], ['ml', 'en'], ['ml', 'en'])).toEqual([
    ...['ml', 'ml', 'ml', 'ml', 'ml', 'ml'],
  ]);
});
