import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/contacts/csv/rows.ts';
import { foldRows, type Person } from '../../../src/contacts/duplicates.ts';

const row = (more: Partial<Row>): Row => ({
  ...{ line: 2, name: '', email: '', phone: '', language: '', kind: '', district: '', attributes: {} },
  ...more,
});
const person = (more: Partial<Person>): Person => ({
  ...{
    id: 'old',
    name: '',
    language: '',
    kind: 'individual',
    district: '',
    attributes: {},
    emails: [],
    phones: [],
  },
  ...more,
});
const fold = (rows: Row[], known: Person[] = [], fillOnly = false) => {
  let made = 0;
  return foldRows(rows, { known, newId: () => `new${++made}`, fillOnly });
};
const summary = ({ results }: ReturnType<typeof fold>) => results.map((r) => `${r.person.id} ${r.outcome}`);

describe('rows that meet at one mailbox', () => {
  const email = 'home@a.example';

  it('are one contact when the name is the same but for case, blanks and dots', () => {
    const result = fold([
      row({ email, name: 'K.R. Ravi' }),
      row({ email, name: 'k r ravi', district: 'Kollam' }),
    ]);
    expect(summary(result)).toEqual(['new1 created', 'new1 updated']);
    expect(result.created).toMatchObject([{ name: 'k r ravi', district: 'Kollam' }]);
  });

  it('are a household when the names differ; a row without a name is the oldest there', () => {
    const rows = [row({ email, name: 'Ravi' }), row({ email, name: 'Devi' }), row({ email })];
    expect(summary(fold(rows))).toEqual(['new1 created', 'new2 created', 'new1 unchanged']);
  });

  it('belong to the contact that one of that name was merged into, who keeps its own name', () => {
    const known = [person({ id: 'kept', name: 'Sreeja Nair', emails: [email], aliases: ['Sreeja N'] })];
    const result = fold([row({ email, name: 'sreeja n.', district: 'Kollam' })], known);
    expect(summary(result)).toEqual(['kept updated']);
    expect(result.updated).toMatchObject([{ name: 'Sreeja Nair', district: 'Kollam' }]);
  });

  it('give a contact without a name theirs, once', () => {
    const rows = [row({ email }), row({ email, name: 'Ravi' }), row({ email, name: 'Devi' })];
    expect(summary(fold(rows))).toEqual(['new1 created', 'new1 updated', 'new2 created']);
  });
});

it('finds a contact without e-mail by phone and name, but not a stranger with the same phone', () => {
  const phone = '+919876543210';
  const known = () => [person({ name: 'Ravi', phones: [phone] })];
  expect(summary(fold([row({ email: 'r@a.example', phone, name: 'Ravi' })], known()))).toEqual([
    'old updated',
  ]);
  expect(summary(fold([row({ email: 'd@a.example', phone, name: 'Devi' })], known()))).toEqual([
    'new1 created',
  ]);
  expect(summary(fold([row({ phone, name: 'ravi ' })], known()))).toEqual(['old updated']);
});

describe('a value', () => {
  const email = 'r@a.example';
  const known = () => [
    person({ name: 'Ravi', emails: [email], district: 'Idukki', attributes: { ward: '7', house: 'x' } }),
  ];

  it('that is newer wins unless it is empty, attribute by attribute', () => {
    const { updated } = fold(
      [row({ email, name: 'Ravi', language: 'ml', attributes: { ward: '8' } })],
      known(),
    );
    expect(updated).toMatchObject([
      { language: 'ml', district: 'Idukki', attributes: { ward: '8', house: 'x' } },
    ]);
  });

  it('of a file that was imported before only fills what is empty', () => {
    const said = row({
      email,
      name: 'RAVI',
      language: 'ml',
      district: 'Kollam',
      attributes: { ward: '8', hall: 'y' },
    });
    const { updated } = fold([said], known(), true);
    expect(updated).toMatchObject([
      { name: 'Ravi', language: 'ml', district: 'Idukki', attributes: { ward: '7', house: 'x', hall: 'y' } },
    ]);
  });

  it('that is taken back by a later row leaves the contact unchanged', () => {
    const rows = [
      row({ email, name: 'Ravi', district: 'Kollam' }),
      row({ email, name: 'Ravi', district: 'Idukki' }),
    ];
    expect(summary(fold(rows, known()))).toEqual(['old unchanged', 'old unchanged']);
  });

  it('may be called __proto__ or constructor and harms nothing', () => {
    const attributes = Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    const { created } = fold([row({ email, attributes })]);
    expect(JSON.stringify(created[0]?.attributes)).toBe('{"__proto__":"x","constructor":"y"}');
  });
});
