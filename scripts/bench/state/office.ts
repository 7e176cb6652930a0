import { hashPassword } from '../../../src/access/passwords.ts';
import { addUser, type User } from '../../../src/access/users.ts';
import { setPassword } from '../../../src/access/welcome.ts';
import { scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import { draftEdition } from '../../../src/campaigns/newsletters/editions.ts';
import { addItem } from '../../../src/campaigns/newsletters/items.ts';
import { createNewsletter, findNewsletter } from '../../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../../src/campaigns/newsletters/press.ts';
import { transaction } from '../../../src/db.ts';
import { saveAccount } from '../../../src/deliveries/accounts.ts';
import type { Ground } from '../../../src/ground.ts';
import { NEWS_WORDS, STORIES } from '../../demonstration/stories.ts';
import { inBulk } from './bulk.ts';

const ACTOR = 'cli:bench';
const ROLES = ['administrator', 'author', 'author', 'author', 'approver', 'approver', 'finance', 'auditor'];

/** The administrator as whom a bench signs in. */
export const STAFF = { email: 'staff0@kssm.example', password: 'വയൽ river lamp 7 tea' };

/** Those who work with it, and through what its mails leave. */
export async function makeOffice(ground: Ground): Promise<void> {
  const hash = await hashPassword(STAFF.password);
  for (const [i, role] of ROLES.entries()) {
    const user = await addUser(
      ground,
      { email: `staff${i}@kssm.example`, name: `Staff ${i}`, roles: [role] },
      ACTOR,
    );
    const stored = { userId: user.id, hash, at: ground.clock.now() };
    await transaction(ground.sql, (connection) => setPassword(connection, stored));
  }
  for (const name of ['first', 'second']) {
    const settings = { host: '127.0.0.1', port: 25, security: 'none' as const };
    await saveAccount(ground, { name, domains: ['*'], settings });
  }
}

/** Newsletters with two years of editions, each with its items; the first has the next one drafted. */
export async function makeNewsletters(ground: Ground): Promise<void> {
  const { rows } = await ground.sql.query<User>(
    "SELECT id, email, name, roles FROM app_user WHERE email = 'staff1@kssm.example'",
  );
  const author = rows[0] as User;
  for (const n of [1, 2, 3]) {
    const words = Object.fromEntries(
      Object.entries(NEWS_WORDS).map(([tag, { title, description }]) => [
        tag,
        { title: `${title} ${n}`, description },
      ]),
    );
    const plan = {
      slug: `care-news-${n}`,
      words,
      lists: ['Readers'],
      purpose: 'newsletter',
      from: 'We Care <news@kssm.example>',
    };
    const { messageId, newsletterId } = await createNewsletter(ground, plan, author);
    const schedule = { kind: 'cron', expression: '0 9 * * MON' };
    await scheduleMessage(
      ground,
      { messageId, editor: { actor: author.email, userId: author.id } },
      { schedule },
    );
    const newsletter = await findNewsletter(ground, plan.slug);
    for (const story of STORIES) await addItem(ground, { newsletter, user: author }, story);
    await ground.sql.query(EDITIONS, [newsletterId]);
    await ground.sql.query(ITEMS, [newsletterId, JSON.stringify(STORIES[0]?.words), author.id]);
  }
  await pressEditions(ground);
  const newsletter = await findNewsletter(ground, 'care-news-1');
  await draftEdition(ground, { newsletter, editor: { actor: author.email, userId: author.id } });
}

const EDITIONS = `
INSERT INTO edition (id, newsletter_id, due_at, state, number, version, reason, drafted_at, ended_at)
SELECT gen_random_uuid(), $1, due, CASE WHEN i % 9 = 0 THEN 'skipped' ELSE 'sent' END::edition_state, CASE WHEN i % 9 > 0 THEN i - i / 9 END, 1,
       CASE WHEN i % 9 = 0 THEN 'nothing new' END, due - interval '1 day', due
  FROM (SELECT i, date_trunc('week', now()) + interval '3 hours 30 minutes' - make_interval(weeks => 104 - i) AS due FROM generate_series(1, 100) i) AS e`;

const ITEMS = `
INSERT INTO newsletter_item (id, newsletter_id, number, words, edition_id, added_by, added_at)
SELECT gen_random_uuid(), $1, 100 + row_number() OVER (ORDER BY e.due_at, n), $2::jsonb, e.id, $3, e.due_at - interval '3 days'
  FROM edition e, generate_series(1, 4) n WHERE e.newsletter_id = $1 AND e.state = 'sent'`;

/** What was written down while all this happened. */
export async function makeRecords(ground: Pick<Ground, 'sql'>): Promise<void> {
  await inBulk(ground, ['audit_entry', 'notice', 'hold'], async (connection) => {
    await connection.query(AUDIT);
    await connection.query(NOTICES);
    await connection.query(HOLDS);
  });
}

const AUDIT = `
INSERT INTO audit_entry (at, actor, action, subject_type, subject_id, before, after, origin)
SELECT m.created_at + make_interval(mins => n), 'staff' || n % 8 || '@kssm.example',
       (ARRAY['message.edited', 'message.approved', 'run.paused', 'run.resumed', 'message.scheduled'])[1 + n % 5], 'message', m.id::text,
       '{"revision": 1}', '{"revision": 2}', '10.0.0.' || n % 200
  FROM message m, generate_series(1, 200) n ORDER BY 1`;

const NOTICES = `
INSERT INTO notice (id, kind, address, language, subject, html, text, from_name, from_address, state, attempts, due_at, created_at, ended_at, reply)
SELECT gen_random_uuid(), 'confirmation', 'person' || n || '@mail.example', 'en', 'Please confirm', '<p>Please confirm</p>', 'Please confirm', 'We Care',
       'care@kssm.example', (ARRAY['sent', 'sent', 'sent', 'sent', 'failed', 'unknown'])[1 + n % 6]::notice_state, 1, at, at, at, '250 ok'
  FROM (SELECT n, now() - make_interval(mins => n * 40) AS at FROM generate_series(1, 20000) n) AS t`;

const HOLDS = `
INSERT INTO hold (reason, from_at, until_at, lifted_at, made_by)
SELECT 'A day of mourning', at, at + interval '1 day', at + interval '1 day', 'staff0@kssm.example'
  FROM (SELECT now() - make_interval(days => n * 40) AS at FROM generate_series(1, 12) n) AS t`;
