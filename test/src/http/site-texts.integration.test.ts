import { expect, it } from 'vitest';
import { saveSiteText, sitePages } from '../../../src/access/site-texts.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb();
const html = async (path: string) => (await ask(path)).text();
const save = (page: string, language: string, text: string) =>
  saveSiteText(ground, { page, words: { [language]: text } }, 'cli:test');

it('every page that donors may want to read has words of our own, in both languages', async () => {
  for (const page of sitePages) {
    for (const language of ['en', 'ml']) {
      const answer = await ask(`/${page}?lang=${language}`);
      expect([page, answer.status]).toEqual([page, 200]);
      expect((await answer.text()).match(/<p class="lines">/g)?.length).toBeGreaterThan(1);
    }
  }
});

it('says what was written, as text, in the language it was written in; an empty text takes it back', async () => {
  await save('helpline', 'en', 'Call 0471 234 5678.\n\n# <b>Hours</b>\n\nTen to five.');
  const page = await html('/helpline?lang=en');
  expect(page).toContain('Call 0471 234 5678.');
  expect(page).toContain('<h2>&lt;b&gt;Hours&lt;/b&gt;</h2>');
  expect(await html('/helpline?lang=ml')).toContain('സന്തോഷത്തോടെ സഹായിക്കാം');
  await save('helpline', 'en', '');
  expect(await html('/helpline?lang=en')).toContain('We gladly help you');
});

it('refuses a page or a language that is not there', async () => {
  await expect(save('constructor', 'en', 'x')).rejects.toThrow('There is no such page');
  await expect(save('terms', 'ta', 'x')).rejects.toThrow('There is no such page');
});
