import { v7 as uuid } from 'uuid';
import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { readCampaign } from '../efforts.ts';
import { requireLine } from '../sender.ts';
import { type PlanContent, planContent } from './content.ts';
import { type MadeFromPlan, makeFromPlan } from './make.ts';
import { takePlan } from './take.ts';

/** A plan that was kept. */
export interface Plan {
  id: string;
  name: string;
  content: PlanContent;
  madeBy: string;
  madeAt: Date;
}

type Part = Pick<Ground, 'sql' | 'clock'>;

const COLUMNS = 'id, name, content, made_by AS "madeBy", made_at AS "madeAt"';

/** Those that staff have kept, by name. */
export async function listPlans(sql: Queryable): Promise<Plan[]> {
  const { rows } = await sql.query<Plan>(`SELECT ${COLUMNS} FROM campaign_plan ORDER BY name LIMIT 500`);
  return rows.map(read);
}

/** By name or id. @throws Refusal (404) when there is no such plan */
export async function findPlan(sql: Queryable, wish: string): Promise<Plan> {
  const { rows } = await sql.query<Plan>(
    `SELECT ${COLUMNS} FROM campaign_plan WHERE name = $1 OR id::text = $1`,
    [wish],
  );
  return read(found(rows[0], say`There is no plan ${JSON.stringify(wish)}. "wecare plans list" shows all.`));
}

const read = (plan: Plan): Plan => ({ ...plan, content: planContent.parse(plan.content) });

/**
 * Keeps a campaign's messages as a plan; one of the same name is replaced.
 * @throws Refusal as `takePlan`, and for a user who may not write
 */
export async function savePlan(
  { sql, clock }: Part,
  user: User,
  { campaignId, name: wish }: { campaignId: string; name: string },
): Promise<{ id: string; messages: number }> {
  requireRole(user, ['author', 'administrator'], say`write campaigns`);
  const name = requireLine(wish, say`The plan’s name`);
  const content = await takePlan(sql, campaignId);
  return transaction(sql, async (connection) => {
    const { rows } = await connection.query<{ id: string }>(
      `INSERT INTO campaign_plan (id, name, content, made_by, made_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (name) DO UPDATE SET content = $3, made_by = $4, made_at = $5 RETURNING id`,
      [uuid(), name, JSON.stringify(content), user.email, clock.now()],
    );
    const id = rows[0]?.id ?? '';
    const after = { name, campaign: campaignId, messages: content.messages.length };
    await audit(connection, { ...about(id, user), action: 'plan.saved', after });
    return { id, messages: content.messages.length };
  });
}

/** Throws a plan away; campaigns that were made from it stay. @throws Refusal when there is none */
export async function removePlan({ sql }: Pick<Ground, 'sql'>, user: User, id: string): Promise<void> {
  requireRole(user, ['author', 'administrator'], say`write campaigns`);
  const { name } = await findPlan(sql, id);
  await transaction(sql, async (connection) => {
    await connection.query('DELETE FROM campaign_plan WHERE id::text = $1', [id]);
    await audit(connection, { ...about(id, user), action: 'plan.removed', before: { name } });
  });
}

/**
 * Makes a campaign again from another first day: every mail and post as a draft, every time so many days later.
 * @throws Refusal as `takePlan` and `makeFromPlan`
 */
export async function duplicateCampaign(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  user: User,
  { campaignId, name, startsOn }: { campaignId: string; name: string; startsOn: string },
): Promise<MadeFromPlan> {
  const { beneficiaryKind, beneficiary } = await readCampaign(ground.sql, campaignId);
  const content = await takePlan(ground.sql, campaignId);
  if (!name.trim()) throw new Refusal(say`Give the new campaign a name of its own.`);
  const wish = { name, startsOn, beneficiary: { beneficiaryKind, beneficiary } };
  return makeFromPlan(ground, user, { content, wish });
}

const about = (id: string, user: User) => ({ actor: user.email, subjectType: 'plan', subjectId: id });
