import { v7 as uuid } from 'uuid';
import { transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { type PublicationContent, publicationContent } from './content.ts';
import { type Costs, costOf } from './rates.ts';
import { wakePublications } from './wake.ts';

/** One thing to be published by a run. */
export interface Draft {
  accountId: string;
  language: string;
  /** From 1, in the order in which a thread stands. */
  part: number;
  kind: 'post' | 'comment';
  content: PublicationContent;
}

/**
 * Starts a planned run of posts: a row for each, all or none. @returns how many
 * @throws Refusal (409) when the run is not planned
 */
export async function startPublications(
  ground: Pick<Ground, 'sql' | 'queues' | 'clock'>,
  run: bigint,
  drafts: Draft[],
): Promise<number> {
  await transaction(ground.sql, async (connection) => {
    const begun = await connection.query(
      "UPDATE run SET state = 'freezing', started_at = $2, total = $3 WHERE id = $1 AND state = 'planned'",
      [run, ground.clock.now(), drafts.length],
    );
    if (!begun.rowCount)
      throw new Refusal(
        say`Run ${run} is not planned, so it cannot start. See its state with "campaign status".`,
        409,
      );
    const { rows } = await connection.query<{ id: string; costs: Costs | null }>(
      'SELECT id, costs FROM account WHERE id = ANY ($1::uuid[]) FOR SHARE',
      [drafts.map(({ accountId }) => accountId)],
    );
    const costs = new Map(rows.map((row) => [row.id, row.costs]));
    await connection.query(INSERT, [
      ...[run, drafts.map(() => uuid()), drafts.map((draft) => draft.accountId)],
      ...[drafts.map((draft) => draft.language), drafts.map((draft) => draft.part)],
      ...[drafts.map((draft) => draft.kind)],
      drafts.map((draft) => JSON.stringify(publicationContent.parse(draft.content))),
      drafts.map((draft) => costOf(costs.get(draft.accountId) ?? null, draft.content)),
    ]);
    await connection.query("UPDATE run SET state = 'running' WHERE id = $1", [run]);
  });
  await wakePublications(ground);
  return drafts.length;
}

const INSERT = `
  INSERT INTO publication (run, id, account_id, language, part, kind, content, cost)
  SELECT $1, d.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::jsonb[], $8::bigint[]) AS d`;
