import { v7 } from 'uuid';
import type { Targets } from '../../src/deliveries/left-out.ts';
import { setPressure } from '../../src/deliveries/pressure.ts';
import type { Ground } from '../../src/ground.ts';
import { PURPOSE, seedContacts } from './seed.ts';

/** The number that a seeded contact was made from. */
const number = (column: string) => `('x' || right(${column}::text, 8))::bit(32)::int`;

/**
 * So many contacts on one list, one in fifty of them withdrawn and one in forty suppressed.
 * @returns everybody, by their list
 */
export async function seedAudience(ground: Pick<Ground, 'sql'>, contacts: number): Promise<Targets> {
  const list = await seedContacts(ground, contacts);
  await ground.sql.query(
    `UPDATE consent SET given = false, at = now() WHERE ${number('contact_id')} % 50 = 0`,
  );
  await ground.sql.query(
    `INSERT INTO suppression (channel, hash, reason, source)
     SELECT channel, hash, 'hardbounce', 'bench' FROM address WHERE ${number('contact_id')} % 40 = 1`,
  );
  await settle(ground);
  return { lists: [list] };
}

/**
 * The same people, reached by a list of half of them and two segments of the rest, without a list and a
 * segment of those who are left out; and four runs of the last weeks, after which a fifth of all have had
 * the three messages that a month allows.
 */
export async function seedRules(ground: Pick<Ground, 'sql'>): Promise<Targets> {
  const half = await seedList(ground, 'half', 2);
  const board = await seedList(ground, 'board', 50);
  for (let run = 0; run < 4; run++) await seedEarlierRun(ground, run);
  await setPressure(ground, { messages: 3, days: 30 }, 'bench');
  await settle(ground);
  return {
    lists: [half],
    segments: [{ language: 'ml' }, { all: [{ list: 'bench' }, { not: { clicked: { days: 30 } } }] }],
    excludeLists: [board],
    excludeSegments: [{ all: [{ district: 'Idukki' }, { kind: 'individual' }] }],
  };
}

async function seedList({ sql }: Pick<Ground, 'sql'>, name: string, oneIn: number): Promise<string> {
  const id = v7();
  await sql.query('INSERT INTO list (id, name) VALUES ($1, $2)', [id, name]);
  await sql.query(
    `INSERT INTO membership (list_id, contact_id) SELECT $1, id FROM contact WHERE ${number('id')} % $2 = 0`,
    [id, oneIn],
  );
  return id;
}

/** To three in ten, so that each run shares two of its three with the next. */
async function seedEarlierRun({ sql }: Pick<Ground, 'sql'>, nth: number): Promise<void> {
  const { rows } = await sql.query(
    `INSERT INTO run (purpose, sender_domain, due_at, started_at, ended_at, state)
     SELECT $1, 'kssm.example', at, at, at, 'finished' FROM (SELECT now() - make_interval(days => $2)) AS t(at) RETURNING id`,
    [PURPOSE, 5 + nth * 5],
  );
  await sql.query('SELECT ensure_delivery_partition($1)', [rows[0].id]);
  await sql.query(
    `INSERT INTO delivery (run, seq, contact_id, address_hash, language, state, attempts, code, at)
     SELECT $1, row_number() OVER (), contact_id, hash, 'ml', 'sent', 1, 250, now() - make_interval(days => $2)
       FROM address WHERE ${number('contact_id')} % 10 BETWEEN $3 AND $3 + 2`,
    [rows[0].id, 5 + nth * 5, nth],
  );
}

/** As after a night of autovacuum. */
async function settle({ sql }: Pick<Ground, 'sql'>): Promise<void> {
  await sql.query('ANALYZE');
  await sql.query('CHECKPOINT');
}
