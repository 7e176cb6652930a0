import type { Ground } from '../../src/ground.ts';

type Seedable = Pick<Ground, 'db' | 'clock'>;

const PEOPLE = [
  { name: 'ശ്രീജ കൃഷ്ണൻ', language: 'ml', value: 'sreeja@family.example', list: 'Families' },
  { name: 'Thomas Varghese', language: 'en', value: 'thomas@donors.example', list: 'Donors' },
  { name: 'Fathima Beevi', language: 'ml', value: 'fathima@donors.example', list: 'Donors' },
];

/** Puts a small demonstration into an empty database; leaves any other as it is. */
export async function seedDemonstration(ground: Seedable): Promise<void> {
  if (await ground.db.contact.findFirst()) return;
  const lists = new Map<string, string>();
  for (const name of new Set(PEOPLE.map(({ list }) => list))) {
    lists.set(name, (await ground.db.list.create({ data: { name } })).id);
  }
  for (const { name, language, value, list } of PEOPLE) {
    const listId = lists.get(list) as string;
    const address = { channel: 'email', value };
    const consent = { channel: 'email', purpose: 'appeals', given: true, basis: 'demonstration' };
    const at = { at: ground.clock.now() };
    await ground.db.contact.create({
      data: {
        ...{ name, language, addresses: { create: address } },
        consents: { create: { ...consent, ...at } },
        memberships: { create: { listId } },
      },
    });
  }
}
