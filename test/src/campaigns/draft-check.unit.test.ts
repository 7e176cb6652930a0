import { expect, it } from 'vitest';
import { checkCompiled, notesOf } from '../../../src/campaigns/check/draft.ts';
import { Refusal } from '../../../src/errors.ts';

it('reads the places out of a refusal, line by line', () => {
  const refusal = new Refusal(
    'In ml: In the body, blocks[2].href: it must begin with https://.\nIn the body, blocks[0].columns[1][0].text: it is empty.',
  );
  expect(notesOf(refusal, 'en').map(({ language, place, words }) => [language, place, words])).toEqual([
    ['ml', 'blocks[2].href', 'It must begin with https://.'],
    ['ml', 'blocks[0].columns[1][0].text', 'It is empty.'],
  ]);
  const line = new Refusal('In en: In the body, line 4, column 2: <mj-text> is not closed.');
  expect(notesOf(line, 'en')[0]?.place).toBe('line 4');
  expect(notesOf(new Refusal('In en: In the subject, line 1, column 3: no.'), 'en')[0]?.place).toBe(
    'subject',
  );
});

it('puts what the check finds beside the block whose link it is', () => {
  const blocks = [
    { type: 'text', text: 'Dear reader' },
    { type: 'button', text: 'Give', href: 'http://wecare.example/give' },
  ];
  const html =
    '<html lang="en"><body><a href="http://wecare.example/give">Give</a> <a href="{{unsubscribe_url}}">unsubscribe</a></body></html>';
  const body = JSON.stringify({ language: 'en', title: 'T', blocks });
  const found = checkCompiled({ language: 'en', subject: 'GIVE NOW TODAY', body, html, text: 'Give' }, []);
  const places = Object.fromEntries(found.map(({ code, place }) => [code, place]));
  expect(places).toMatchObject({ 'link-insecure': 'blocks[1]', 'subject-capitals': 'subject' });
});
