import { audit } from '../access/audit.ts';
import { parseRules, type Rules } from '../contacts/segments/rules.ts';
import { requireNames, requireSegment, type Segment, segmentName } from '../contacts/segments/segments.ts';
import { type Connection, type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { joined, type Sentence, say } from '../say.ts';
import { disturbMessage, type Editor } from './messages.ts';

/** A message whose audience names a segment. */
export interface SegmentUse {
  messageId: string;
  messageName: string;
  campaignId: string;
  campaignName: string;
  /** Whether it is named as one of those who are left out. */
  excluded: boolean;
  /** Whether an approval holds for what may still be sent. */
  approved: boolean;
}

/** What may still go: it comes again, or has not begun. */
const TO_COME = `m.archived_at IS NULL AND (m.schedule ->> 'kind' = 'cron'
  OR NOT EXISTS (SELECT FROM run r WHERE r.message_id = m.id AND r.started_at IS NOT NULL))`;

const USES = `
  SELECT m.id AS "messageId", m.name AS "messageName", m.campaign_id AS "campaignId", g.name AS "campaignName", u.segment, u.excluded,
         ${TO_COME} AND EXISTS (SELECT FROM approval a WHERE a.message_id = m.id AND a.revision = m.revision) AS approved
    FROM message m JOIN campaign g ON g.id = m.campaign_id
   CROSS JOIN LATERAL (
     SELECT jsonb_array_elements_text(m.audience -> 'segments') AS segment, false AS excluded
      UNION ALL SELECT jsonb_array_elements_text(m.audience -> 'excludeSegments'), true) AS u`;

/** Who uses which segment, by the segment's name; the newest messages first. */
export async function usesOfSegments(sql: Queryable): Promise<Map<string, SegmentUse[]>> {
  const { rows } = await sql.query<SegmentUse & { segment: string }>(
    `${USES} ORDER BY m.created_at DESC, m.id`,
  );
  const uses = new Map<string, SegmentUse[]>();
  for (const { segment, ...use } of rows) uses.set(segment, [...(uses.get(segment) ?? []), use]);
  return uses;
}

/** Who uses one segment. */
export async function usesOfSegment(sql: Queryable, name: string): Promise<SegmentUse[]> {
  const { rows } = await sql.query<SegmentUse>(
    `${USES} WHERE u.segment = $1 ORDER BY m.created_at DESC, m.id`,
    [name],
  );
  return rows;
}

/**
 * Changes a segment's name and rules. Messages follow the name; where the rules change, those that may
 * still be sent need their approval anew, because another audience was approved.
 * @returns how many approvals were withdrawn
 * @throws Refusal for rules or a name that will not do, and for a segment that is not there
 */
export async function changeSegment(
  { sql }: Pick<Ground, 'sql'>,
  wish: { id: string; name: string; rules: unknown },
  editor: Editor,
): Promise<{ withdrawn: number }> {
  const next = { name: segmentName(wish.name), rules: parseRules(wish.rules) };
  return transaction(sql, async (connection) => {
    const before = await requireSegment(connection, wish.id, 'FOR UPDATE');
    await requireNames(connection, next.rules);
    await write(connection, before, next);
    if (before.name !== next.name) await renameIn(connection, before.name, next.name);
    const entry = {
      actor: editor.actor,
      action: 'segment.changed',
      subjectType: 'segment',
      subjectId: wish.id,
    };
    await audit(connection, { ...entry, before: { name: before.name, rules: before.rules }, after: next });
    const sameRules = JSON.stringify(parseRules(before.rules)) === JSON.stringify(next.rules);
    return { withdrawn: sameRules ? 0 : await disturbUses(connection, next.name, editor) };
  });
}

async function write(
  connection: Connection,
  { id }: Segment,
  { name, rules }: { name: string; rules: Rules },
): Promise<void> {
  const taken = await connection.query('SELECT FROM segment WHERE name = $1 AND id <> $2', [name, id]);
  if (taken.rowCount) throw new Refusal(say`There is a segment "${name}" already. Choose another name.`, 409);
  await connection.query('UPDATE segment SET name = $2, rules = $3 WHERE id = $1', [
    id,
    name,
    JSON.stringify(rules),
  ]);
}

/** Audiences name segments, so the new name is written into each; who is meant stays the same. */
async function renameIn(connection: Connection, before: string, after: string): Promise<void> {
  for (const part of ['segments', 'excludeSegments']) {
    await connection.query(
      `UPDATE message SET audience = jsonb_set(audience, ARRAY[$3::text],
              (SELECT jsonb_agg(CASE WHEN name = $1 THEN $2::text ELSE name END ORDER BY nth)
                 FROM jsonb_array_elements_text(audience -> $3) WITH ORDINALITY AS n(name, nth)))
        WHERE audience -> $3 ? $1`,
      [before, after, part],
    );
  }
}

async function disturbUses(connection: Connection, name: string, editor: Editor): Promise<number> {
  const { rows } = await connection.query<{ id: string }>(
    `SELECT m.id FROM message m WHERE ${TO_COME}
        AND (m.audience -> 'segments' ? $1 OR m.audience -> 'excludeSegments' ? $1) ORDER BY m.id`,
    [name],
  );
  let withdrawn = 0;
  for (const { id } of rows) {
    const { approval } = await disturbMessage(connection, {
      messageId: id,
      editor,
      because: { segment: name },
    });
    if (approval) withdrawn += 1;
  }
  return withdrawn;
}

/** @throws Refusal (409) that names the messages that use it, and for a segment that is not there */
export async function deleteSegment({ sql }: Pick<Ground, 'sql'>, id: string, actor: string): Promise<void> {
  await transaction(sql, async (connection) => {
    const { name, rules } = await requireSegment(connection, id, 'FOR UPDATE');
    const uses = await usesOfSegment(connection, name);
    if (uses.length) throw new Refusal(stillUsed(name, uses), 409);
    await connection.query('DELETE FROM segment WHERE id = $1', [id]);
    const subject = { subjectType: 'segment', subjectId: id };
    await audit(connection, { actor, action: 'segment.deleted', ...subject, before: { name, rules } });
  });
}

const NAMED = 5;
const stillUsed = (name: string, uses: SegmentUse[]): Sentence => {
  const named = uses
    .slice(0, NAMED)
    .map(({ messageName, campaignName }) => say`"${messageName}" of "${campaignName}"`);
  const more = uses.length > NAMED ? say` and ${uses.length - NAMED} more` : '';
  return say`The segment "${name}" is used by ${joined(named, ', ')}${more}. Choose another audience there first.`;
};
