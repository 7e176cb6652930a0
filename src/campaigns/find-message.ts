import { found, Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';

export interface MessageNamed {
  id: string;
  name: string;
  campaignId: string;
  campaign: string;
}

/**
 * Finds a message by its name, its id, the beginning of its id, or by its campaign where that has one
 * message. Archived ones too.
 * @throws Refusal when none or several fit
 */
export async function findMessageNamed({ sql }: Pick<Ground, 'sql'>, wish: string): Promise<MessageNamed> {
  const { rows } = await sql.query<MessageNamed & { exact: boolean }>(
    `SELECT m.id, m.name, c.id AS "campaignId", c.name AS campaign,
            $1 IN (m.name, c.name) OR lower($1) IN (m.id::text, c.id::text) AS exact
       FROM message m JOIN campaign c ON c.id = m.campaign_id
      WHERE $1 IN (m.name, c.name) OR length($1) > 3 AND (
              starts_with(m.id::text, lower($1)) OR starts_with(c.id::text, lower($1)))
      ORDER BY m.archived_at IS NULL DESC, m.created_at, m.id LIMIT 50`,
    [wish],
  );
  const exact = rows.filter((row) => row.exact);
  const fitting = exact.length ? exact : rows;
  if (fitting.length > 1) {
    const which = fitting.slice(0, 6).map(({ id, name, campaign }) => `${id} (${name}, of ${campaign})`);
    throw new Refusal(
      say`${JSON.stringify(wish)} may be any of ${which.join('; ')}. Name the message, or give its id.`,
      409,
    );
  }
  const missing = say`There is no message ${JSON.stringify(wish)}. "wecare campaign status" shows those of a campaign.`;
  const { id, name, campaignId, campaign } = found(fitting[0], missing);
  return { id, name, campaignId, campaign };
}
