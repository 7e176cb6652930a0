import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { defaultZone } from '../../access/default-zone.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Connection, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { disturbMessage, lockMessage } from '../messages.ts';
import { requireLine } from '../sender.ts';
import { nextSlot, type Slot } from './turns.ts';

/** Posts that go round on one account. */
export interface Evergreen {
  id: string;
  name: string;
  account: { id: string; name: string; channel: string };
  slots: Slot[];
  zone: string;
  /** No post comes again within so many days. */
  gapDays: number;
  pausedAt: Date | null;
  /** The slot that comes next; null while it rests. */
  next: Date | null;
  items: EvergreenItem[];
}

export interface EvergreenItem {
  messageId: string;
  campaignId: string;
  name: string;
  /** As it stands now. */
  approved: boolean;
  lastAt: Date | null;
  /** The turn that is planned. */
  plannedAt: Date | null;
}

type Part = Pick<Ground, 'sql' | 'clock'>;

const requireWriter = (user: User) => requireRole(user, ['author', 'administrator'], say`plan messages`);

/** Every queue with its posts, by name. */
export async function listEvergreens({ sql, clock }: Part): Promise<Evergreen[]> {
  const { rows } = await sql.query<Omit<Evergreen, 'next' | 'items'>>(
    `SELECT q.id, q.name, json_build_object('id', k.id, 'name', k.name, 'channel', k.channel) AS account, q.slots, q.zone,
            q.gap_days AS "gapDays", q.paused_at AS "pausedAt"
       FROM post_queue q JOIN account k ON k.id = q.account_id ORDER BY q.name LIMIT 200`,
  );
  const { rows: items } = await sql.query<EvergreenItem & { queue: string }>(
    `SELECT i.queue_id AS queue, m.id AS "messageId", m.campaign_id AS "campaignId", m.name,
            EXISTS (SELECT FROM approval a WHERE a.message_id = m.id AND a.revision = m.revision) AS approved,
            (SELECT max(r.due_at) FROM run r WHERE r.message_id = m.id AND r.started_at IS NOT NULL) AS "lastAt",
            (SELECT min(r.due_at) FROM run r WHERE r.message_id = m.id AND r.queue_id = i.queue_id AND r.state = 'planned') AS "plannedAt"
       FROM post_queue_item i JOIN message m ON m.id = i.message_id ORDER BY i.added_at, m.id`,
  );
  return rows.map((row) => ({
    ...row,
    next: row.pausedAt ? null : nextSlot(row, clock.now()),
    items: items.filter(({ queue }) => queue === row.id).map(({ queue, ...item }) => item),
  }));
}

/** By name or id. @throws Refusal (404) when there is none */
export async function findEvergreen(part: Part, wish: string): Promise<Evergreen> {
  const all = await listEvergreens(part);
  return found(
    all.find(({ id, name }) => id === wish || name === wish),
    say`There is no queue of posts ${JSON.stringify(wish)}.`,
  );
}

export interface EvergreenWish {
  name: string;
  /** By id or name. */
  account: string;
  slots: Slot[];
  gapDays: number;
}

/**
 * Makes a queue in the office's zone.
 * @throws Refusal for a name that is taken, an account that is not there, and slots or days that will not do
 */
export async function makeEvergreen(
  ground: Part & Pick<Ground, 'config'>,
  user: User,
  wish: EvergreenWish,
): Promise<string> {
  requireWriter(user);
  const [id, name, zone] = [uuid(), requireLine(wish.name, say`The queue’s name`), await defaultZone(ground)];
  const slots = requireSlots(wish.slots);
  if (!Number.isInteger(wish.gapDays) || wish.gapDays < 1 || wish.gapDays > 366)
    throw new Refusal(say`A post rests one day at least and 366 at most before it comes again.`);
  await transaction(ground.sql, async (connection) => {
    const account = await accountNamed(connection, wish.account);
    const { rowCount } = await connection.query(
      `INSERT INTO post_queue (id, account_id, name, slots, zone, gap_days, made_by, made_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO NOTHING`,
      [id, account, name, JSON.stringify(slots), zone, wish.gapDays, user.email, ground.clock.now()],
    );
    if (!rowCount) throw new Refusal(say`There is a queue called ${JSON.stringify(name)} already.`, 409);
    await audit(connection, { ...about(id, user), action: 'evergreen.made', after: { ...wish, slots } });
  });
  return id;
}

function requireSlots(slots: Slot[]): Slot[] {
  const good = ({ weekday, time }: Slot) =>
    weekday >= 1 && weekday <= 7 && /^([01]\d|2[0-3]):[0-5]\d$/.test(time);
  if (slots.length && slots.every(good)) return slots;
  throw new Refusal(say`Choose at least one day of the week, and a time such as 09:00.`);
}

async function accountNamed(connection: Connection, wish: string): Promise<string> {
  const { rows } = await connection.query<{ id: string }>(
    `SELECT id FROM account WHERE channel NOT IN ('email', 'sms', 'whatsapp') AND disabled_at IS NULL
        AND (id::text = $1 OR name = $1)`,
    [wish],
  );
  return found(rows[0], say`There is no account “${wish}”. Choose one of those that are connected.`).id;
}

interface Item {
  queueId: string;
  messageId: string;
  user: User;
}

/**
 * Adds a post. Its rhythm is a part of what is approved, so an approval that it had is withdrawn.
 * @throws Refusal for what is no post, has a time of its own, or is not for the queue's account
 */
export async function addToEvergreen(
  { sql, clock }: Part,
  { queueId, messageId, user }: Item,
): Promise<void> {
  requireWriter(user);
  await transaction(sql, async (connection) => {
    const { account_id: account, name } = await lockQueue(connection, queueId);
    const message = await lockMessage(connection, messageId);
    if (message.channel !== 'post') throw new Refusal(say`Only posts go round in a queue.`, 409);
    if (message.schedule)
      throw new Refusal(
        say`${JSON.stringify(message.name)} has a time of its own. Take that away first.`,
        409,
      );
    if (!message.audience.accounts?.some((target) => target.account === account))
      throw new Refusal(
        say`${JSON.stringify(message.name)} is not written for this account. Choose it there first.`,
        409,
      );
    const { rowCount } = await connection.query(
      `INSERT INTO post_queue_item (queue_id, message_id, added_by, added_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [queueId, messageId, user.email, clock.now()],
    );
    if (!rowCount) return;
    const editor = { actor: user.email, userId: user.id };
    await disturbMessage(connection, { messageId, editor, because: { queue: name } });
    await audit(connection, {
      ...about(queueId, user),
      action: 'evergreen.added',
      after: { message: messageId },
    });
  });
}

/** Takes a post out, with the turn that is planned for it. */
export async function removeFromEvergreen({ sql }: Part, { queueId, messageId, user }: Item): Promise<void> {
  requireWriter(user);
  await transaction(sql, async (connection) => {
    await lockQueue(connection, queueId);
    await connection.query('DELETE FROM post_queue_item WHERE queue_id = $1 AND message_id = $2', [
      queueId,
      messageId,
    ]);
    await dropTurns(connection, { queueId, messageId });
    await audit(connection, {
      ...about(queueId, user),
      action: 'evergreen.removed',
      before: { message: messageId },
    });
  });
}

/** Lets a queue rest, or go on. What is being published is not stopped by it. */
export async function pauseEvergreen(
  { sql, clock }: Part,
  { queueId, paused, user }: { queueId: string; paused: boolean; user: User },
): Promise<void> {
  requireWriter(user);
  await transaction(sql, async (connection) => {
    await lockQueue(connection, queueId);
    await connection.query('UPDATE post_queue SET paused_at = $2 WHERE id = $1', [
      queueId,
      paused ? clock.now() : null,
    ]);
    if (paused) await dropTurns(connection, { queueId, messageId: null });
    await audit(connection, {
      ...about(queueId, user),
      action: paused ? 'evergreen.paused' : 'evergreen.resumed',
    });
  });
}

async function lockQueue(connection: Connection, id: string): Promise<{ account_id: string; name: string }> {
  const { rows } = await connection.query<{ account_id: string; name: string }>(
    'SELECT account_id, name FROM post_queue WHERE id::text = $1 FOR UPDATE',
    [id],
  );
  return found(rows[0], say`There is no queue of posts ${JSON.stringify(id)}.`);
}

const dropTurns = (
  connection: Connection,
  { queueId, messageId }: { queueId: string; messageId: string | null },
) =>
  connection.query(
    `DELETE FROM run WHERE queue_id = $1 AND ($2::uuid IS NULL OR message_id = $2)
        AND state IN ('planned', 'late', 'asked')`,
    [queueId, messageId],
  );

const about = (id: string, user: User) => ({ actor: user.email, subjectType: 'evergreen', subjectId: id });
