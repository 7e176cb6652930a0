import fc from 'fast-check';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileRules } from '../../../../src/contacts/segments/compile.ts';
import { parseRules, type Rules, type Touched } from '../../../../src/contacts/segments/rules.ts';
import {
  countSegment,
  createSegment,
  listSegments,
  requireSegments,
} from '../../../../src/contacts/segments/segments.ts';
import { NOON, testGround } from '../../../support/ground.ts';

const ground = testGround();
const LISTS = ['Donors', 'Volunteers'];
const CAMPAIGNS = ['Onam', 'Vishu'];
const BORN = ['1984-11-21', '11-28', '2000-02-29', '1990-12-31', '1984-13-41', '21-11-1984'];
const VALUES = [...BORN, 'Ward 5', 'ward', 'വാർഡ്', "o'r; --", '5', ''];
const NAMES = ['ward_no', "x' OR 'a'='a", 'വീട്'];
const now = new Date(NOON);
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

interface Person {
  language: string | null;
  kind: 'individual' | 'society';
  district: string | null;
  lists: number[];
  attributes: Record<string, string | null>;
  addedDaysAgo: number;
  mails: { campaign: number; state: string; daysAgo: number; touches: Touch[] }[];
}
interface Touch {
  kind: 'open' | 'click';
  machine: boolean;
  daysAgo: number;
}

const days = fc.integer({ min: 0, max: 9 }).map((n) => n + 0.5);
const person: fc.Arbitrary<Person> = fc.record({
  language: fc.constantFrom(null, 'ml', 'en'),
  kind: fc.constantFrom('individual', 'society'),
  district: fc.constantFrom(null, 'Kollam', 'Idukki'),
  lists: fc.uniqueArray(fc.constantFrom(0, 1)),
  attributes: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(null, ...VALUES), { maxKeys: 2 }),
  addedDaysAgo: days,
  mails: fc.uniqueArray(
    fc.record({
      campaign: fc.constantFrom(0, 1),
      state: fc.constantFrom('sent', 'complained', 'failed', 'planned'),
      daysAgo: days,
      touches: fc.array(
        fc.record({ kind: fc.constantFrom('open', 'click'), machine: fc.boolean(), daysAgo: days }),
        { maxLength: 2 },
      ),
    }),
    { selector: (mail) => mail.campaign },
  ),
});

const touched = fc.oneof(
  fc.record({ campaign: fc.constantFrom(...CAMPAIGNS) }),
  fc.record({ days: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ campaign: fc.constantFrom(...CAMPAIGNS), days: fc.integer({ min: 1, max: 9 }) }),
);
const attribute = fc.constantFrom(...NAMES);
const moment = days.map((n) => daysAgo(Math.floor(n)).toISOString());
const { rule } = fc.letrec<{ rule: Rules }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(
      fc.record({ language: fc.constantFrom('ml', 'en', ['ml', 'en']) }),
      fc.record({ kind: fc.constantFrom('society' as const) }),
      fc.record({ district: fc.constantFrom('Kollam') }),
      fc.record({ list: fc.constantFrom(...LISTS) }),
      fc.record({ attribute, equals: fc.constantFrom(...VALUES) }),
      fc.record({ attribute, contains: fc.constantFrom('WARD', '5', "'", 'വാ', '%') }),
      fc.record({ attribute, exists: fc.constant(true as const) }),
      fc.record({ attribute, near: fc.constantFrom(0, 7, 40, 366) }),
      fc.record({ added: fc.record({ since: moment }) }),
      fc.record({ added: fc.record({ before: moment }) }),
      fc.record({ received: touched }),
      fc.record({ opened: touched }),
      fc.record({ clicked: touched }),
    ),
    fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
  ),
}));

/** What the rules mean, said without SQL. */
function matches(rules: Rules, one: Person): boolean {
  if ('all' in rules) return rules.all.every((inner) => matches(inner, one));
  if ('any' in rules) return rules.any.some((inner) => matches(inner, one));
  if ('not' in rules) return !matches(rules.not, one);
  if ('language' in rules) return one.language !== null && [rules.language].flat().includes(one.language);
  if ('kind' in rules) return [rules.kind].flat().includes(one.kind);
  if ('district' in rules) return one.district !== null && [rules.district].flat().includes(one.district);
  if ('list' in rules) return one.lists.some((list) => LISTS[list] === rules.list);
  if ('attribute' in rules) {
    const value = Object.hasOwn(one.attributes, rules.attribute) ? one.attributes[rules.attribute] : null;
    if (value === null || value === undefined) return false;
    if ('equals' in rules) return value === rules.equals;
    if ('near' in rules) return isNear(value, rules.near);
    return 'exists' in rules || value.toLowerCase().includes(rules.contains.toLowerCase());
  }
  if ('added' in rules) {
    const added = daysAgo(one.addedDaysAgo);
    return 'since' in rules.added
      ? added >= new Date(rules.added.since)
      : added < new Date(rules.added.before);
  }
  return one.mails.some((mail) => {
    const fits = (by: Touched, at: number) =>
      (by.campaign === undefined || by.campaign === CAMPAIGNS[mail.campaign]) &&
      (by.days === undefined || at <= by.days);
    if ('received' in rules) {
      return ['sent', 'complained'].includes(mail.state) && fits(rules.received, mail.daysAgo);
    }
    const [kind, by] =
      'opened' in rules ? (['open', rules.opened] as const) : (['click', rules.clicked] as const);
    return mail.touches.some((touch) => touch.kind === kind && !touch.machine && fits(by, touch.daysAgo));
  });
}

/** Whether a date of some year comes within so many days; a leap day is met on the 28th where there is none. */
function isNear(value: string, days: number): boolean {
  const [, month, day] = /^(?:\d{4}-)?(\d\d)-(\d\d)$/.exec(value) ?? [];
  if (!month || !day) return false;
  return Array.from({ length: days + 1 }, (_, n) => new Date(now.getTime() + n * 86_400_000)).some((at) => {
    const [y, m, d] = at.toISOString().slice(0, 10).split('-');
    const leap = new Date(Date.UTC(Number(y), 1, 29)).getUTCMonth() === 1;
    return (
      (m === month && d === day) || (!leap && m === '02' && d === '28' && month === '02' && day === '29')
    );
  });
}

const listIds: string[] = [];
const runs: bigint[] = [];

beforeAll(async () => {
  for (const name of LISTS) listIds.push((await ground.db.list.create({ data: { name } })).id);
  for (const name of CAMPAIGNS) {
    const message = {
      name,
      purpose: 'appeals',
      fromName: 'We Care',
      fromAddress: 'c@kssm.example',
      audience: {},
    };
    const campaign = await ground.db.campaign.create({
      data: { name, messages: { create: message } },
      include: { messages: true },
    });
    const run = {
      messageId: campaign.messages[0]?.id ?? null,
      purpose: 'appeals',
      senderDomain: 'kssm.example',
    };
    runs.push((await ground.db.run.create({ data: { ...run, dueAt: now } })).id);
  }
  for (const run of runs) await ground.sql.query('SELECT ensure_delivery_partition($1)', [run]);
});

async function plant(people: Person[]): Promise<string[]> {
  await ground.sql.query('TRUNCATE contact, delivery, touch CASCADE');
  const ids = people.map(() => v7());
  const rows = people.map((one, i) => ({ ...one, id: ids[i], at: daysAgo(one.addedDaysAgo) }));
  await ground.sql.query(
    `INSERT INTO contact (id, name, language, kind, district, attributes, created_at, updated_at)
     SELECT id, 'P', language, kind, district, attributes, at, at FROM jsonb_to_recordset($1)
       AS p(id uuid, language text, kind contact_kind, district text, attributes jsonb, at timestamptz)`,
    [JSON.stringify(rows)],
  );
  for (const [i, one] of people.entries()) {
    for (const list of one.lists) {
      await ground.sql.query('INSERT INTO membership VALUES ($1, $2)', [listIds[list], ids[i]]);
    }
    for (const mail of one.mails) {
      const key = [runs[mail.campaign], i + 1];
      await ground.sql.query(
        `INSERT INTO delivery (run, seq, contact_id, address_hash, language, state, at)
         VALUES ($1, $2, $3, $3, 'en', $4, $5)`,
        [...key, ids[i], mail.state, daysAgo(mail.daysAgo)],
      );
      for (const touch of mail.touches) {
        await ground.sql.query(
          'INSERT INTO touch (kind, run, seq, at, machine) VALUES ($3, $1, $2, $4, $5)',
          [...[...key, touch.kind, daysAgo(touch.daysAgo), touch.machine]],
        );
      }
    }
  }
  return ids;
}

it('finds by SQL whom the rules mean, whatever the rules and the people', async () => {
  const property = fc.asyncProperty(
    fc.array(person, { minLength: 1, maxLength: 6 }),
    fc.array(rule, { minLength: 8, maxLength: 8 }),
    async (people, wishes) => {
      const ids = await plant(people);
      for (const wish of wishes) {
        const rules = parseRules(wish);
        const values: unknown[] = [];
        const condition = compileRules(rules, { values, now });
        const { rows } = await ground.sql.query(
          `SELECT id FROM contact c WHERE ${condition} ORDER BY id`,
          values,
        );
        const meant = ids.filter((_, i) => matches(rules, people[i] as Person)).sort();
        expect(rows.map((row) => row.id)).toEqual(meant);
      }
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

describe('A saved segment', () => {
  it('is counted as it stands now, with a sample', async () => {
    const base = { kind: 'individual', district: null, lists: [0], attributes: {}, addedDaysAgo: 1 } as const;
    const one = { ...base, lists: [0], mails: [] };
    const ids = await plant([
      { ...one, language: 'ml' },
      { ...one, language: 'en' },
    ]);
    const wish = { name: 'In Malayalam', rules: { all: [{ list: 'Donors' }, { language: 'ml' }] } };
    await createSegment(ground, wish, 'cli:test');
    const [rules] = await requireSegments(ground.sql, ['In Malayalam']);
    expect(await countSegment(ground, rules as Rules, 5)).toEqual({
      count: 1,
      sample: [{ id: ids[0], name: 'P' }],
    });
    expect((await listSegments(ground)).map(({ name }) => name)).toEqual(['In Malayalam']);
    await expect(createSegment(ground, wish, 'cli:test')).rejects.toThrow(/already/);
  });

  it('is refused when it names a list or campaign that is not there, since "not" would then be everybody', async () => {
    const make = (rules: unknown) => createSegment(ground, { name: 'Typo', rules }, 'cli:test');
    await expect(make({ not: { list: 'Doners' } })).rejects.toThrow(/no list "Doners".*"Donors"/);
    await expect(make({ not: { clicked: { campaign: 'Onan' } } })).rejects.toThrow(/no campaign "Onan"/);
    await expect(requireSegments(ground.sql, ['Gone'])).rejects.toThrow(/no segment "Gone"/);
  });
});
