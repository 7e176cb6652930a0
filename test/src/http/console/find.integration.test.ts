import { beforeAll, expect, it } from 'vitest';
import type { Role } from '../../../../src/access/users.ts';
import { createSegment } from '../../../../src/contacts/segments/segments.ts';
import { signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';
import { newCampaign, people } from '../../campaigns/support.ts';

const web = testWeb();
const { ground } = web;
const staff = people(ground);

beforeAll(async () => {
  await newCampaign(ground, staff.author, { name: 'അവൻ വന്നു' });
  await createSegment(
    ground,
    { name: 'Sreekariyam donors', rules: { all: [{ list: 'donors' }] } },
    'cli:test',
  );
});

const find = async (q: string, role: Role = 'author') => {
  const { cookie } = await signedIn(web, [role]);
  const answer = await web.ask(`/console/find?q=${encodeURIComponent(q)}`, { headers: { cookie } });
  expect(answer.status).toBe(200);
  return (await answer.text()).split('id="found"')[1]?.split('<dialog')[0] ?? '';
};

it.each([
  ['sree', ['Sreeja', 'Sreekariyam donors', 'sreeja@donor.example']],
  ['SREEJA@donor.example', ['Sreeja']],
  ['donors', ['donors', 'Sreekariyam donors']],
  // A chillu as the older encoding writes it: na, virama, zero-width joiner.
  ['അവന്\u200d', ['അവൻ വന്നു']],
  ['greetings onam', ['Onam']],
])('finds by %s', async (q, names) => {
  const page = await find(q);
  for (const name of names) expect(page).toContain(name);
});

it('says when the words are too short, or found nothing', async () => {
  expect(await find('a')).toContain('Type at least two letters.');
  expect(await find('zzqqxx')).toContain('Nothing has these words');
  expect(await find('')).toContain('What are you looking for?');
});

it('takes what is no word as it stands', async () => {
  for (const q of ['%%', '_', "'; DROP TABLE", '\\', 'one two three four five six seven'])
    expect(await find(q)).not.toContain('Sreeja');
});

it('finds nothing for an agency', async () => {
  expect(await find('sreeja', 'agency')).not.toContain('Sreeja@');
  expect(await find('sreeja', 'agency')).not.toContain('donor.example');
});
