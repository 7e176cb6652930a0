import type { Connection } from '../../../src/db.ts';
import type { Ground } from '../../../src/ground.ts';
import { chance, inBulk, oneOf } from './bulk.ts';
import { FAMILY, FAMILY_ML, GIVEN, GIVEN_ML, KINDS, MAIL_DOMAINS, ORGANISATIONS, PLACES } from './words.ts';

const TABLES = ['contact', 'address', 'consent', 'consent_event', 'membership', 'suppression'];

/** Everybody: contacts with addresses, consents, lists and suppressions. */
export async function makePeople(ground: Pick<Ground, 'sql'>, contacts: number): Promise<void> {
  await inBulk(ground, TABLES, async (connection) => {
    await connection.query(CONTACTS, [contacts]);
    await connection.query(MAILBOXES);
    await connection.query(PHONES);
    await connection.query(CONSENTS);
    await connection.query(
      `INSERT INTO consent_event (contact_id, channel, purpose, given, basis, proof, at)
       SELECT contact_id, channel, purpose, given, basis, proof, at FROM consent`,
    );
    await connection.query(SUPPRESSIONS);
    await makeLists(connection);
  });
  await makeSegments(ground);
}

/** The ids of people made at even steps through three years, as uuid v7 would have them; `person` numbers them. */
const CONTACTS = `
WITH made AS (
  SELECT i, timestamptz '2023-11-27' + make_interval(secs => i * (3 * 365 * 86400.0 / $1)) AS at,
         ${chance('i', 1, 2)} = 0 AS malayalam, ${oneOf(pad(KINDS, 1000), 'i', 2)} AS kind
    FROM generate_series(1, $1::int) i)
INSERT INTO contact (id, name, language, kind, district, attributes, frequency, paused_until, created_at, updated_at)
SELECT ${uuidOf('at', 'i')},
       CASE WHEN kind <> 'individual' THEN ${oneOf(PLACES, 'i', 3)} || ' ' || ${oneOf(ORGANISATIONS, 'i', 4)} || ' ' || i % 997
            WHEN malayalam THEN ${oneOf(GIVEN_ML, 'i', 5)} || ' ' || ${oneOf(FAMILY_ML, 'i', 6)}
            ELSE ${oneOf(GIVEN, 'i', 5)} || ' ' || ${oneOf(FAMILY, 'i', 6)} END,
       CASE WHEN ${chance('i', 7, 20)} = 0 THEN NULL WHEN malayalam THEN 'ml' ELSE 'en' END,
       kind::contact_kind, CASE WHEN ${chance('i', 8, 12)} > 0 THEN ${oneOf(PLACES, 'i', 9)} END,
       CASE ${chance('i', 10, 4)} WHEN 0 THEN jsonb_build_object('ward', (i % 40)::text)
            WHEN 1 THEN jsonb_build_object('ward', (i % 40)::text, 'occupation', 'teacher') ELSE '{}' END,
       CASE WHEN ${chance('i', 11, 500)} = 0 THEN 'monthly' END,
       CASE WHEN ${chance('i', 12, 900)} = 0 THEN now() + interval '30 days' END, at, at
  FROM made`;

function pad(kinds: string[], thousand: number): string[] {
  return [...kinds, ...Array<string>(thousand - kinds.length).fill('individual')];
}

/** SQL for a uuid v7 of a moment and a number. */
function uuidOf(at: string, number: string): string {
  return `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5(${number}::text), 1, 3)
          || '8' || substr(md5(${number}::text), 4, 15))::uuid`;
}

/** Nineteen in twenty have one; a family of two shares one now and then. */
const MAILBOXES = `
INSERT INTO address (id, contact_id, channel, value, verified_at)
SELECT gen_random_uuid(), id, 'email',
       CASE WHEN ${chance('i', 20, 60)} = 0 THEN 'family' || i / 2 ELSE 'person' || i END || '@' || ${oneOf(MAIL_DOMAINS, 'i / 2', 21)},
       CASE WHEN ${chance('i', 22, 3)} > 0 THEN created_at + interval '1 hour' END
  FROM (SELECT id, created_at, row_number() OVER (ORDER BY id) AS i FROM contact) AS c WHERE ${chance('i', 23, 20)} > 0`;

const PHONES = `
INSERT INTO address (id, contact_id, channel, value)
SELECT gen_random_uuid(), id, 'sms', '+919' || lpad((i * 7919 % 1000000000)::text, 9, '0')
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM contact) AS c WHERE ${chance('i', 24, 3)} = 0`;

/** Most agreed to appeals, fewer to the newsletter; one in fifty took it back. */
const CONSENTS = `
INSERT INTO consent (contact_id, channel, purpose, given, basis, proof, at)
SELECT id, 'email', purpose, ${chance('i', 31, 50)} > 0, 'form', jsonb_build_object('form', 'F/' || i % 400), created_at
  FROM (SELECT id, created_at, row_number() OVER (ORDER BY id) AS i FROM contact) AS c
  JOIN (VALUES ('appeals', 10), ('newsletter', 17)) AS p(purpose, sides) ON ${chance('i', 30, 100)} >= sides * 2 - 10`;

const SUPPRESSIONS = `
INSERT INTO suppression (channel, hash, value, reason, source, at)
SELECT DISTINCT ON (hash) channel, hash, CASE WHEN n % 3 = 0 THEN value END,
       (ARRAY['hardbounce', 'complaint', 'unsubscribe', 'manual'])[1 + n % 4], 'run ' || 1 + n % 900, now() - make_interval(hours => n % 9000)
  FROM (SELECT channel, hash, value, ('x' || left(hash::text, 6))::bit(24)::int AS n FROM address WHERE channel = 'email') AS a
 WHERE n % 80 = 0`;

/** A list of most, one of the readers, one of each district and forty small ones. */
async function makeLists(connection: Connection): Promise<void> {
  await connection.query(
    `INSERT INTO list (id, name, public, purpose, words)
     SELECT md5(name)::uuid, name, name = 'Readers', CASE WHEN name = 'Readers' THEN 'newsletter' END,
            CASE WHEN name = 'Readers' THEN $2::jsonb ELSE '{}' END
       FROM unnest($1::text[] || ARRAY(SELECT 'Event ' || n FROM generate_series(1, 40) n)) AS name`,
    [
      ['Supporters', 'Readers', ...PLACES],
      JSON.stringify({ en: { title: 'Readers', description: 'Weekly news' } }),
    ],
  );
  await connection.query(
    `INSERT INTO membership (list_id, contact_id, at)
     SELECT md5(l)::uuid, id, created_at
       FROM (SELECT id, district, created_at, row_number() OVER (ORDER BY id) AS i FROM contact) AS c
      CROSS JOIN LATERAL (
        SELECT 'Supporters' AS l WHERE ${chance('i', 40, 10)} < 6
         UNION ALL SELECT 'Readers' WHERE ${chance('i', 41, 10)} < 3
         UNION ALL SELECT district WHERE district IS NOT NULL
         UNION ALL SELECT 'Event ' || 1 + i % 40 WHERE ${chance('i', 42, 25)} = 0) AS joined`,
  );
}

async function makeSegments({ sql }: Pick<Ground, 'sql'>): Promise<void> {
  const rules = PLACES.flatMap((district) => [
    [`${district}, in Malayalam`, { all: [{ district }, { language: 'ml' }] }],
    [`${district}, quiet`, { all: [{ district }, { not: { opened: { days: 90 } } }] }],
  ]);
  await sql.query(
    'INSERT INTO segment (id, name, rules) SELECT md5(name)::uuid, name, rules FROM jsonb_to_recordset($1) AS s(name text, rules jsonb)',
    [JSON.stringify(rules.map(([name, rules]) => ({ name, rules })))],
  );
}
