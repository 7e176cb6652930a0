import { v7 as uuid } from 'uuid';
import { audit } from '../access/audit.ts';
import { requireRole, type User } from '../access/users.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { requireLine } from './sender.ts';

export const beneficiaryKinds = ['fund', 'project', 'occasion'] as const;

/** What staff say about a campaign before anything is written for it. Days are `2026-12-03`. */
export interface CampaignWish {
  name: string;
  goal: string | null;
  beneficiaryKind: (typeof beneficiaryKinds)[number];
  beneficiary: string | null;
  startsOn: string | null;
  endsOn: string | null;
  ownerId: string | null;
}

/** A campaign as it is written down. */
export interface CampaignRead extends CampaignWish {
  id: string;
  owner: string | null;
  createdAt: Date;
  archivedAt: Date | null;
}

type Writer = Pick<User, 'id' | 'email' | 'roles'>;
type Part = Pick<Ground, 'sql' | 'clock'>;

const FIELDS = `c.id, c.name, c.goal, c.beneficiary_kind AS "beneficiaryKind", c.beneficiary,
  to_char(c.starts_on, 'YYYY-MM-DD') AS "startsOn", to_char(c.ends_on, 'YYYY-MM-DD') AS "endsOn",
  c.owner_id AS "ownerId", u.name AS owner, c.created_at AS "createdAt", c.archived_at AS "archivedAt"`;

/** @throws Refusal (404) when there is no such campaign */
export async function readCampaign(sql: Queryable, id: string): Promise<CampaignRead> {
  const { rows } = await sql.query<CampaignRead>(
    `SELECT ${FIELDS} FROM campaign c LEFT JOIN app_user u ON u.id = c.owner_id WHERE c.id::text = $1`,
    [id],
  );
  return found(rows[0], say`There is no campaign ${id}.`);
}

/**
 * Makes a campaign without a message.
 * @returns its id
 * @throws Refusal for a name that is empty or taken, days in the wrong order, and a user who may not
 */
export async function addCampaign({ sql, clock }: Part, wish: CampaignWish, user: Writer): Promise<string> {
  return transaction(sql, (connection) => insertCampaign(connection, { wish, user, at: clock.now() }));
}

/** The same in the transaction of its caller. */
export async function insertCampaign(
  connection: Connection,
  { wish, user, at }: { wish: CampaignWish; user: Writer; at: Date },
): Promise<string> {
  requireWriter(user);
  const id = uuid();
  const clean = check(wish);
  await requireFree(connection, clean.name, null);
  await connection.query(
    `INSERT INTO campaign (id, name, goal, beneficiary_kind, beneficiary, starts_on, ends_on, owner_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, ...valuesOf(clean), at],
  );
  await audit(connection, { ...about(id, user), action: 'campaign.made', after: clean });
  return id;
}

/** Writes a campaign anew. @throws Refusal as `addCampaign`, and when it is archived */
export async function changeCampaign(
  { sql }: Part,
  { id, wish }: { id: string; wish: CampaignWish },
  user: Writer,
): Promise<void> {
  requireWriter(user);
  const clean = check(wish);
  await transaction(sql, async (connection) => {
    const before = await lock(connection, id);
    if (before.archivedAt)
      throw new Refusal(say`An archived campaign is not changed. Bring it back first.`, 409);
    await requireFree(connection, clean.name, id);
    await connection.query(
      `UPDATE campaign SET name = $2, goal = $3, beneficiary_kind = $4, beneficiary = $5, starts_on = $6,
              ends_on = $7, owner_id = $8 WHERE id = $1`,
      [id, ...valuesOf(clean)],
    );
    await audit(connection, {
      ...about(id, user),
      action: 'campaign.changed',
      before: wishOf(before),
      after: clean,
    });
  });
}

/**
 * Puts a campaign away with its messages. What was sent stays readable.
 * @throws Refusal (409) while something of it is planned or under way
 */
export async function archiveCampaign({ sql, clock }: Part, id: string, user: Writer): Promise<void> {
  requireWriter(user);
  await transaction(sql, async (connection) => {
    const { archivedAt } = await lock(connection, id);
    if (archivedAt) return;
    const { rowCount } = await connection.query(
      `SELECT FROM run r JOIN message m ON m.id = r.message_id
        WHERE m.campaign_id = $1 AND r.state NOT IN ('finished', 'cancelled') LIMIT 1`,
      [id],
    );
    if (rowCount)
      throw new Refusal(say`Something of this campaign is planned or being sent. Cancel that first.`, 409);
    const at = clock.now();
    await connection.query('UPDATE campaign SET archived_at = $2 WHERE id = $1', [id, at]);
    await connection.query(
      'UPDATE message SET archived_at = $2 WHERE campaign_id = $1 AND archived_at IS NULL',
      [id, at],
    );
    await audit(connection, { ...about(id, user), action: 'campaign.archived' });
  });
}

/** Brings a campaign back, with the messages that went away with it. */
export async function restoreCampaign({ sql }: Part, id: string, user: Writer): Promise<void> {
  requireWriter(user);
  await transaction(sql, async (connection) => {
    const { archivedAt } = await lock(connection, id);
    if (!archivedAt) return;
    await connection.query('UPDATE campaign SET archived_at = NULL WHERE id = $1', [id]);
    await connection.query(
      'UPDATE message SET archived_at = NULL WHERE campaign_id = $1 AND archived_at = $2',
      [id, archivedAt],
    );
    await audit(connection, { ...about(id, user), action: 'campaign.restored' });
  });
}

const requireWriter = (user: Writer) =>
  requireRole({ ...user, name: '', disabledAt: null }, ['author', 'administrator'], say`write campaigns`);

async function lock(connection: Connection, id: string): Promise<CampaignRead> {
  await connection.query('SELECT FROM campaign WHERE id::text = $1 FOR UPDATE', [id]);
  return readCampaign(connection, id);
}

async function requireFree(connection: Connection, name: string, but: string | null): Promise<void> {
  const { rowCount } = await connection.query(
    'SELECT FROM campaign WHERE name = $1 AND id IS DISTINCT FROM $2',
    [name, but],
  );
  if (rowCount) throw new Refusal(say`There is already a campaign ${JSON.stringify(name)}.`, 409);
}

function check(wish: CampaignWish): CampaignWish {
  const { startsOn, endsOn } = wish;
  if (startsOn && endsOn && endsOn < startsOn)
    throw new Refusal(say`A campaign cannot end before it begins.`);
  return { ...wishOf(wish), name: requireLine(wish.name, say`The campaign’s name`) };
}

const wishOf = (wish: CampaignWish): CampaignWish => ({
  ...{ name: wish.name, goal: wish.goal, beneficiaryKind: wish.beneficiaryKind },
  ...{ beneficiary: wish.beneficiary, startsOn: wish.startsOn, endsOn: wish.endsOn, ownerId: wish.ownerId },
});

const valuesOf = (wish: CampaignWish): unknown[] => [
  ...[wish.name, wish.goal, wish.beneficiaryKind, wish.beneficiary],
  ...[wish.startsOn, wish.endsOn, wish.ownerId],
];

const about = (id: string, user: Writer) => ({
  ...{ actor: user.email, subjectType: 'campaign', subjectId: id },
});
