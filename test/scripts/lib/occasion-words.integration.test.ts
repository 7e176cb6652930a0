import { expect, it } from 'vitest';
import { deskInWords, reportInWords } from '../../../scripts/lib/occasion-words.ts';
import { readOccasionDesk } from '../../../src/pages/occasions/desk.ts';
import { keepersOf, loseContact } from '../../../src/pages/occasions/keepers.ts';
import { openReports, reportOccasion } from '../../../src/pages/occasions/reports.ts';
import { testGround } from '../../support/ground.ts';
import { newPage, telephone } from '../../support/occasions.ts';

const ground = testGround();

it('says at the command line what a page says, who has its number now, and what somebody wrote of it', async () => {
  const contact = telephone();
  const id = await newPage(ground, { contact, content: { line: 'Come!', story: 'One\n\nTwo' } });
  const [keeper] = await keepersOf(ground, id);
  if (keeper) await loseContact(ground, keeper);
  await reportOccasion(ground, id, { kind: 'report', reason: 'wrong', words: 'The year\nis not right.' });
  const said = deskInWords(await readOccasionDesk(ground, id));
  for (const words of ['  Come!', '  Two', '₹0, 0 gifts', 'a stranger has it now', '  is not right.'])
    expect(said).toContain(words);
  expect(said).not.toContain(contact);
  const [report] = await openReports(ground);
  expect(report && reportInWords(report, ground.clock.now())).toMatchObject({
    reason: 'wrong',
    said: 'The year is not right.',
  });
});
