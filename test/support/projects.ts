import { v7 as uuid } from 'uuid';
import type { Ground } from '../../src/ground.ts';
import type { Content } from '../../src/pages/content.ts';
import { makeProject, publishProject } from '../../src/pages/projects.ts';

const told = (title: string) => ({
  ...{ title, summary: `${title}.`, story: [], unreached: 'What was given is used for the same purpose.' },
});

/** What a project says, with a goal in paise. */
export const contentOf = (goal: bigint | null, capped = false): Content => ({
  ...{ en: told('Care at home'), ml: told('വീട്ടിൽ പരിചരണം'), cover: null },
  goal: { amount: goal === null ? null : String(goal), capped, until: null, unit: null },
  ...{ costs: [], milestones: [], suggestions: [], consents: [] },
});

/** A published project. @returns its id and address */
export async function liveProject(
  ground: Ground,
  { goal = null, capped = false }: { goal?: bigint | null; capped?: boolean } = {},
): Promise<{ id: string; slug: string }> {
  const slug = `care-${uuid()}`;
  const wish = { slug, theme: 'illness', district: null, content: contentOf(goal, capped) } as const;
  const id = await makeProject(ground, wish, 'cli:test');
  await publishProject(ground, { id, version: 1 }, 'cli:test');
  return { id, slug };
}

/** A sponsor's promise for it. @returns its id */
export async function offerFor(
  { sql, clock }: Ground,
  projectId: string,
  { amount, percent = 100 }: { amount: bigint; percent?: number },
): Promise<string> {
  const id = uuid();
  await sql.query(
    `INSERT INTO matching_offer (id, project_id, sponsor, percent, amount, opens_at, made_by)
     VALUES ($1, $2, '{"en": "A bank", "ml": "ഒരു ബാങ്ക്"}', $3, $4, $5, 'cli:test')`,
    [id, projectId, percent, amount, clock.now()],
  );
  return id;
}
