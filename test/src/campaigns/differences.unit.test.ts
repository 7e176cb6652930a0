import { expect, it } from 'vitest';
import { differencesOf } from '../../../src/campaigns/differences.ts';

const wording = (blocks: object[], subject = 'Hello') => [
  { language: 'ml', subject, preheader: '', body: JSON.stringify({ language: 'ml', title: 'T', blocks }) },
];
const text = (words: string) => ({ type: 'text', text: words });

it('says nothing of what is the same, however its JSON is written', () => {
  const [one] = wording([text('നമസ്കാരം')]);
  const other = { ...one, body: JSON.stringify(JSON.parse(one?.body ?? ''), null, 2) } as NonNullable<
    typeof one
  >;
  expect(differencesOf(wording([text('നമസ്കാരം')]), [other])).toEqual([]);
});

it('marks whole words of Malayalam, never parts of a letter', () => {
  const [found] = differencesOf(wording([text('നമുക്ക് പോകാം')]), wording([text('നമുക്ക് വരാം')]));
  expect(found?.differences).toEqual([
    {
      ...{ place: 'text', change: 'changed' },
      stretches: [
        { text: 'നമുക്ക് ', change: 'same' },
        { text: 'പോകാം', change: 'removed' },
        { text: 'വരാം', change: 'added' },
      ],
    },
  ]);
});

it('tells a block that came from one that went and one that changed', () => {
  const before = wording([text('one'), { type: 'quote', text: 'said' }, text('three')], 'Old');
  const after = wording([text('one'), text('three'), { type: 'divider' }], 'New');
  const changes = differencesOf(before, after)[0]?.differences.map(({ place, change }) => [place, change]);
  expect(changes).toEqual([
    ['subject', 'changed'],
    ['quote', 'removed'],
    ['divider', 'added'],
  ]);
});

it('shows MJML and a language that is new as they are', () => {
  const mjml = [{ language: 'en', subject: 'Hi', preheader: '', body: '<mjml>a b</mjml>' }];
  const [en, ml] = differencesOf(wording([text('one')]), mjml);
  expect(en?.differences.map(({ place }) => place)).toEqual(['subject', 'source']);
  expect(ml?.differences.map(({ change }) => change)).toEqual(['changed', 'removed']);
});

it('reads a block in the order of its words, however its JSON is written, and tells a size by itself', () => {
  const before = wording([{ type: 'heading', level: 1, text: 'Care', above: 'News' }]);
  const worded = wording([{ type: 'heading', text: 'Cure', level: 1, above: 'News' }]);
  const [found] = differencesOf(before, worded)[0]?.differences ?? [];
  expect(found?.stretches.map(({ text: part }) => part)).toEqual(['News\n', 'Care', 'Cure']);
  const smaller = wording([{ type: 'heading', level: 2, text: 'Care', above: 'News' }]);
  const [size] = differencesOf(before, smaller)[0]?.differences ?? [];
  expect(size?.stretches.map(({ text: part }) => part).join('')).toBe('level: 12');
});

it('tells what a network has of its own beside words: whose link, and how many pictures', () => {
  const post = (variant: object) => [
    {
      ...{ language: 'en', subject: '', preheader: '' },
      body: JSON.stringify({ text: 'Ramps', variants: { mastodon: variant } }),
    },
  ];
  const told = (before: object, after: object) =>
    differencesOf(
      post({ text: 'Mine', ...before }),
      post({ text: 'Mine', ...after }),
    )[0]?.differences.flatMap((one) =>
      one.stretches.flatMap(({ text: part, change }) => (change === 'added' ? part.trim() : [])),
    );
  const link = (short: boolean) => ({ link: { url: 'https://give.example', short } });
  expect(told({}, {})).toBeUndefined();
  expect(told({}, { link: null })).toEqual(['link: false']);
  expect(told({}, link(true))).toEqual(['https://give.example']);
  expect(told(link(true), link(false))).toEqual(['false']);
  expect(told({}, { media: [{}, {}] })).toEqual(['pictures: 2']);
});
