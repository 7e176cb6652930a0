import { audit } from '../access/audit.ts';
import type { Connection, Queryable } from '../db.ts';
import { EMAIL_CHANNEL } from './addresses.ts';
import { setConsent } from './consent.ts';
import type { PublicList } from './public-lists.ts';

/** At most one mail in that span; null takes all. The spans are in the database: `frequency_span`. */
export const frequencies = ['weekly', 'monthly', 'quarterly'] as const;
export type Frequency = (typeof frequencies)[number];

/** By what a person stopped mails themselves. Only this may be started again by whoever holds a mail. */
export const OWN_WAYS: readonly string[] = [
  ...['one-click unsubscribe', 'unsubscribe page', 'unsubscribe mail', 'preference page'],
];

/** One purpose that a contact once agreed to, and whether it holds. */
export interface Topic {
  purpose: string;
  given: boolean;
  /** Stopped by a letter, a complaint or staff: the page cannot start it again. */
  kept: boolean;
  /** Public lists of that purpose. */
  lists: (PublicList & { joined: boolean })[];
}

export interface Preferences {
  language: string | null;
  frequency: Frequency | null;
  pausedUntil: Date | null;
  /** Every mailbox of the contact is dead or has complained. */
  stopped: boolean;
  topics: Topic[];
}

/** What a contact chose; null when there is none by that id. */
export async function readPreferences(sql: Queryable, contactId: string): Promise<Preferences | null> {
  const { rows } = await sql.query<Omit<Preferences, 'topics'>>(
    `SELECT language, frequency, paused_until AS "pausedUntil",
            EXISTS (SELECT FROM address a WHERE a.contact_id = c.id AND a.channel = $2)
              AND NOT EXISTS (SELECT FROM address a WHERE a.contact_id = c.id AND a.channel = $2 AND NOT EXISTS (
                SELECT FROM suppression s WHERE s.channel = a.channel AND s.hash = a.hash
                   AND (s.expires_at IS NULL OR s.expires_at > now()))) AS stopped
       FROM contact c WHERE id = $1`,
    [contactId, EMAIL_CHANNEL],
  );
  return rows[0] ? { ...rows[0], topics: await readTopics(sql, contactId) } : null;
}

async function readTopics(sql: Queryable, contactId: string): Promise<Topic[]> {
  const { rows } = await sql.query<Omit<Topic, 'kept'> & { basis: string }>(
    `SELECT k.purpose, k.given, k.basis, coalesce((
              SELECT jsonb_agg(jsonb_build_object('id', l.id, 'purpose', l.purpose, 'words', l.words, 'joined',
                       EXISTS (SELECT FROM membership m WHERE m.list_id = l.id AND m.contact_id = $1)) ORDER BY l.name)
                FROM list l WHERE l.public AND l.purpose = k.purpose), '[]') AS lists
       FROM consent k WHERE k.contact_id = $1 AND k.channel = $2 ORDER BY k.purpose`,
    [contactId, EMAIL_CHANNEL],
  );
  return rows.map(({ basis, ...topic }) => ({ ...topic, kept: !topic.given && !OWN_WAYS.includes(basis) }));
}

/** What a person wants from now on. */
export interface Choice {
  language: 'en' | 'ml';
  frequency: Frequency | null;
  /** Null ends a pause; undefined leaves it as it is. */
  pausedUntil: Date | null | undefined;
  purposes: string[];
  /** Ids of public lists. */
  lists: string[];
}

/** Who chose, by the mail whose token they hold. */
export interface Chooser {
  contactId: string;
  proof: Record<string, unknown>;
}

/**
 * Does what a person chose, in the caller's transaction. A purpose that was not on the page is left
 * alone, and one that was stopped in another way stays stopped.
 */
export async function choose(sql: Connection, { contactId, proof }: Chooser, choice: Choice): Promise<void> {
  const before = await lockPreferences(sql, contactId);
  if (!before) return;
  await sql.query(
    `UPDATE contact SET language = $2, frequency = $3, paused_until = $4, updated_at = now() WHERE id = $1`,
    [
      ...[contactId, choice.language, choice.frequency],
      choice.pausedUntil === undefined ? before.pausedUntil : choice.pausedUntil,
    ],
  );
  for (const topic of before.topics.filter(({ kept }) => !kept)) {
    const given = choice.purposes.includes(topic.purpose);
    await setTopic(sql, { contactId, proof }, { ...topic, given });
    const wanted = given ? topic.lists.filter(({ id }) => choice.lists.includes(id)) : [];
    await setLists(sql, contactId, {
      of: topic.lists.map(({ id }) => id),
      wanted: wanted.map(({ id }) => id),
    });
  }
  const { frequency, language, pausedUntil } = choice;
  const purposes = before.topics.map(({ purpose }) => purpose).filter((one) => choice.purposes.includes(one));
  await note(sql, contactId, {
    action: 'contact.chose',
    after: { purposes, frequency, language, pausedUntil },
  });
}

/**
 * Sets how often a contact is written to and until when not, as a person asked staff for, in the caller's
 * transaction; audited.
 */
export async function setPace(
  sql: Connection,
  {
    contactId,
    frequency,
    pausedUntil,
  }: { contactId: string } & Pick<Choice, 'frequency'> & {
      pausedUntil: Date | null;
    },
  actor: string,
): Promise<void> {
  await sql.query('UPDATE contact SET frequency = $2, paused_until = $3, updated_at = now() WHERE id = $1', [
    contactId,
    frequency,
    pausedUntil,
  ]);
  const about = { subjectType: 'contact', subjectId: contactId, after: { frequency, pausedUntil } };
  await audit(sql, { actor, action: 'contact.paced', ...about });
}

/** Withdraws every consent for mail and leaves the public lists. */
export async function leaveAll(sql: Connection, { contactId, proof }: Chooser): Promise<void> {
  const before = await lockPreferences(sql, contactId);
  if (!before) return;
  for (const topic of before.topics) {
    await setTopic(sql, { contactId, proof }, { ...topic, given: false });
    await setLists(sql, contactId, { of: topic.lists.map(({ id }) => id), wanted: [] });
  }
  await note(sql, contactId, { action: 'contact.left', after: {} });
}

async function lockPreferences(sql: Connection, contactId: string): Promise<Preferences | null> {
  await sql.query('SELECT FROM contact WHERE id = $1 FOR UPDATE', [contactId]);
  return readPreferences(sql, contactId);
}

const setTopic = (sql: Connection, { contactId, proof }: Chooser, { purpose, given }: Topic) =>
  setConsent(sql, { contactId, channel: EMAIL_CHANNEL, purpose, given, basis: 'preference page', proof });

async function setLists(
  sql: Connection,
  contactId: string,
  { of, wanted }: { of: string[]; wanted: string[] },
) {
  await sql.query(
    'DELETE FROM membership WHERE contact_id = $1 AND list_id = ANY($2::uuid[]) AND list_id <> ALL($3::uuid[])',
    [contactId, of, wanted],
  );
  await sql.query(
    `INSERT INTO membership (list_id, contact_id) SELECT unnest($2::uuid[]), $1
     ON CONFLICT (list_id, contact_id) DO NOTHING`,
    [contactId, wanted],
  );
}

const note = (sql: Connection, contactId: string, { action, after }: { action: string; after: object }) =>
  audit(sql, {
    ...{ actor: 'the person', action, subjectType: 'contact', subjectId: contactId, after },
    origin: 'preference page',
  });
