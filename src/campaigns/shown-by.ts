import type { Ground } from '../ground.ts';
import { type Asset, usesOf } from '../media/assets.ts';

/** Something that shows a picture or carries a file. */
export interface ShownBy {
  type: string;
  id: string;
  /** Null for what has none. */
  name: string | null;
  campaign: string | null;
  /** Whether mails with it have gone out, so that their readers look it up. */
  sent: boolean;
}

/** What shows an asset, by name. */
export async function shownBy({ sql }: Pick<Ground, 'sql'>, asset: Pick<Asset, 'id'>): Promise<ShownBy[]> {
  const uses = await usesOf({ sql }, asset);
  const idsOf = (kind: string) => uses.filter(({ type }) => type === kind).map(({ id }) => id);
  const { rows } = await sql.query<{ id: string; name: string; campaign: string | null; sent: boolean }>(
    `SELECT m.id, m.name, c.name AS campaign,
            EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.started_at IS NOT NULL) AS sent
       FROM message m JOIN campaign c ON c.id = m.campaign_id WHERE m.id = ANY ($1::text[]::uuid[])`,
    [idsOf('message')],
  );
  const { rows: projects } = await sql.query<{ id: string; name: string }>(
    'SELECT id, slug AS name FROM project WHERE id = ANY ($1::text[]::uuid[])',
    [idsOf('project')],
  );
  const pages = projects.map((row) => ({ ...row, campaign: null, sent: false }));
  const known = new Map([...rows, ...pages].map((row) => [row.id, row]));
  return uses.map(({ type, id }) => {
    const { name = null, campaign = null, sent = false } = known.get(id) ?? {};
    return { type, id, name, campaign, sent };
  });
}
