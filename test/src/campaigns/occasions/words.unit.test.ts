import { expect, it } from 'vitest';
import { DLT, madeFrom, placesIn } from '../../../../channels/places.ts';
import { SMS } from '../../../../scripts/demonstration/phones.ts';
import { piecesOf } from '../../../../src/campaigns/occasions/keeper-letters.ts';
import { formatAmount, languages, readCatalogue, translate } from '../../../../src/i18n.ts';
import { masked } from '../../../../src/pages/occasions/desk.ts';

it.each(languages)(
  'says every piece of news in %s within the 30 characters of an operator’s place',
  (language) => {
    const shorts = Object.keys(readCatalogue(language)).filter((key) => /^occasion\..*\.short$/.test(key));
    expect(shorts.length).toBeGreaterThan(15);
    for (const key of shorts)
      for (const mood of ['joy', 'memory', 'plain'])
        expect(translate(language, key, { mood }).length, key).toBeLessThanOrEqual(DLT.most);
    const gifts = translate(language, 'occasion.gifts', { n: 12_345 });
    expect(`${gifts}, ${formatAmount(1_000_000_000n)}`.length).toBeLessThanOrEqual(DLT.most);
  },
);

it.each(languages)('makes of each registered text in %s what the operators let through', (language) => {
  const url = `https://outreach.socialsecuritymission.example/family/${'x'.repeat(50)}`;
  for (const { name, bodies } of SMS.filter((one) => /^occasion_(link|news)$/.test(one.name))) {
    const values = [...(name === 'occasion_news' ? ['OC-1234567-8', 'is closed'] : []), ...piecesOf(url)];
    expect(placesIn(bodies[language], DLT)).toHaveLength(values.length);
    let n = 0;
    const text = bodies[language].replace(DLT.mark, () => values[n++] ?? '');
    expect(text).toContain(url);
    expect(madeFrom(bodies[language], text, DLT)).toBe(true);
  }
});

it('shows staff so much of a contact that they know it again', () => {
  expect(masked('lissy.jose@families.example')).toBe('li•••@families.example');
  expect(masked('a@b.example')).toBe('a•••@b.example');
  expect(masked('+919847055667')).toBe('+91••••••667');
});
