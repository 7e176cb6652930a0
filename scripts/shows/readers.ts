import { addUser } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { draftEdition, findOpen } from '../../src/campaigns/newsletters/editions.ts';
import { addItem } from '../../src/campaigns/newsletters/items.ts';
import {
  createNewsletter,
  findNewsletter,
  type Newsletter,
} from '../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../src/campaigns/newsletters/press.ts';
import { found } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';

export interface Reader {
  language: string;
  /** The first line of their mail. */
  greeting: string;
}

export interface Planted {
  newsletter: Newsletter;
  /** By address. */
  readers: Map<string, Reader>;
  /** Of the first edition, which is approved. */
  dueAt: Date;
}

const PURPOSE = 'newsletter';
const NAMES = [
  'ശ്രീജ',
  'രാജേഷ്',
  'ഫാത്തിമ',
  'തോമസ്',
  'ലക്ഷ്മി',
  'അബ്ദുൽ',
  'മറിയാമ്മ',
  'സുരേഷ്',
  'കാർത്ത്യായനി',
  'ബിജു',
  'ഉണ്ണികൃഷ്ണൻ',
];
const HOUSES = ['നായർ', 'പുത്തൻപുരയ്ക്കൽ', 'മേനോൻ', 'കിഴക്കേടത്ത്', 'പിള്ള', 'വടക്കേവീട്ടിൽ', 'ജോസഫ്'];

/** A weekly newsletter with three items, its first edition approved, and `n` contacts who asked for it. */
export async function plantNewsletter(ground: Ground, n: number): Promise<Planted> {
  const readers = await seedReaders(ground, n);
  const add = (name: string, role: string) =>
    addUser(ground, { email: `${name}@kssm.example`, name, roles: [role] }, 'cli:show');
  const author = await add('author', 'author');
  const approver = await add('approver', 'approver');
  const from = 'വി കെയർ <news@kssm.example>';
  const plan = { slug: 'care-news', words: WORDS, lists: ['readers'], from, purpose: PURPOSE };
  const { messageId } = await createNewsletter(ground, plan, author);
  const editor = { actor: author.email, userId: author.id };
  const schedule = { kind: 'cron', expression: '0 9 * * MON' };
  await scheduleMessage(ground, { messageId, editor }, { schedule });
  const newsletter = await findNewsletter(ground, plan.slug);
  for (const words of STORIES) {
    await addItem(ground, { newsletter, user: author }, { words, link: 'https://wecare.example/news' });
  }
  await pressEditions(ground);
  await draftEdition(ground, { newsletter, editor });
  await approveMessage(ground, { messageId, user: approver });
  const { dueAt } = found(await findOpen(ground.sql, newsletter.id), 'No edition was opened.');
  return { newsletter, readers, dueAt };
}

/** Contacts with Malayalam names; one in ten reads English. */
async function seedReaders({ sql }: Pick<Ground, 'sql'>, n: number): Promise<Map<string, Reader>> {
  const { rows } = await sql.query<{ name: string; language: string; value: string }>(
    `WITH who AS (
       SELECT lpad(to_hex(i), 32, '0')::uuid AS id, 'r' || i || '@readers.example' AS value,
              $2::text[] AS first, $3::text[] AS house, i, CASE WHEN i % 10 = 0 THEN 'en' ELSE 'ml' END AS language
         FROM generate_series(1, $1::int) AS i
     ), c AS (
       INSERT INTO contact (id, name, language, updated_at)
       SELECT id, first[1 + i % cardinality(first)] || ' ' || house[1 + i % cardinality(house)], language, now() FROM who
       RETURNING id, name
     ), a AS (INSERT INTO address (id, contact_id, channel, value) SELECT gen_random_uuid(), id, 'email', value FROM who)
     , k AS (INSERT INTO consent (contact_id, channel, purpose, given, basis) SELECT id, 'email', $4, true, 'show' FROM who)
     , l AS (INSERT INTO list (id, name) VALUES (gen_random_uuid(), 'readers') RETURNING id)
     , m AS (INSERT INTO membership (list_id, contact_id) SELECT l.id, who.id FROM who, l)
     SELECT c.name, who.language, who.value FROM who JOIN c USING (id)`,
    [n, NAMES, HOUSES, PURPOSE],
  );
  await sql.query('ANALYZE contact, address, consent, membership');
  const greeting = (name: string, language: string) =>
    language === 'ml' ? `പ്രിയ ${name.split(' ')[0]},` : `Dear ${name.split(' ')[0]},`;
  return new Map(
    rows.map(({ name, language, value }) => [value, { language, greeting: greeting(name, language) }]),
  );
}

const WORDS = {
  ml: { title: 'പരിചരണ വാർത്തകൾ', description: 'വി കെയറിന്റെ ആഴ്ചവിശേഷങ്ങൾ' },
  en: { title: 'Care News', description: 'What your gifts do, week by week' },
};

const STORIES = [
  {
    ml: {
      title: 'വീട്ടിലെ പരിചരണം വയനാട്ടിലും',
      text: 'ആശുപത്രിയിലെത്താൻ ജീപ്പിൽ ഒരു മണിക്കൂർ വേണ്ട മലയോരത്ത് രണ്ട് നഴ്സുമാർ ജോലി തുടങ്ങി. **ആഴ്ചയിൽ മൂന്നു ദിവസം** അവർ വീടുകളിലെത്തും.',
    },
    en: {
      title: 'Home care reaches Wayanad',
      text: 'Two nurses began in the hills, where the nearest hospital is an hour away by jeep. **Three days a week** they come to the houses.',
    },
  },
  {
    ml: { title: 'നാൽപ്പത് കുട്ടികൾക്ക് ശ്രവണസഹായി', text: 'നിറം തിരഞ്ഞെടുത്തത് കുട്ടികൾ തന്നെ. ജയിച്ചത് ഓറഞ്ച്.' },
    en: {
      title: 'Hearing aids for forty children',
      text: 'The children chose the colours themselves. Orange won.',
    },
  },
  {
    ml: { title: 'വരാനിരിക്കുന്നത്', text: 'ഡിസംബർ 3-ന് സംസ്ഥാനത്തെ സ്കൂളുകൾ നടത്തം സംഘടിപ്പിക്കുന്നു.' },
    en: { title: 'To come', text: 'On 3 December schools all over the State hold a walk.' },
  },
];
