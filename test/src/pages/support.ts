import { addUser, type User } from '../../../src/access/users.ts';
import { transaction } from '../../../src/db.ts';
import { accounts, post } from '../../../src/giving/journal.ts';
import type { Ground } from '../../../src/ground.ts';
import type { Content } from '../../../src/pages/content.ts';
import { makeProject } from '../../../src/pages/projects.ts';
import { askReview, decideReview, publishApproved } from '../../../src/pages/reviews.ts';

const told = (title: string): Content['en'] => ({
  ...{ title, summary: 'A summary', unreached: 'One car runs.' },
  story: [{ type: 'text', text: 'The last kilometre is the longest.' }],
});

/** A page that nothing keeps from the public, but for what `change` does to it. */
export const content = (change: Partial<Content> = {}): Content => ({
  ...{ en: told('Wheels'), ml: told('ചക്രങ്ങൾ'), cover: null, consents: [] },
  goal: { amount: '100000', capped: false, until: null, unit: null },
  costs: [{ amount: '100000', words: { en: 'Fuel', ml: 'ഇന്ധനം' } }],
  ...{ milestones: [{ amount: '50000', words: { en: 'Half', ml: 'പകുതി' } }], suggestions: [] },
  ...change,
});

let made = 0;

export const newProject = (ground: Ground, said: Content = content()): Promise<string> =>
  makeProject(
    ground,
    { slug: `wheels-${++made}`, theme: 'children', district: null, content: said },
    'writer@kssm.example',
  );

export interface Hands {
  author: User;
  approver: User;
}

export async function hands(ground: Ground): Promise<Hands> {
  const add = (name: string, role: string) =>
    addUser(ground, { email: `${name}${++made}@kssm.example`, name, roles: [role] }, 'cli:test');
  return { author: await add('author', 'author'), approver: await add('approver', 'approver') };
}

/** A project that is public. */
export async function liveProject(
  ground: Ground,
  { author, approver }: Hands,
  said?: Content,
): Promise<string> {
  const id = await newProject(ground, said);
  await askReview(ground, id, author);
  await decideReview(ground, { id, approved: true, words: '' }, approver);
  await publishApproved(ground, id, approver);
  return id;
}

/** Posts money to a project's fund, or back out of it. */
export const raise = (ground: Ground, id: string, paise: bigint): Promise<boolean> =>
  transaction(ground.sql, (connection) =>
    post(connection, {
      ...{ kind: 'capture', subject: `payment:test${++made}`, day: '2026-11-21', at: ground.clock.now() },
      lines: [
        [accounts.clearing('domestic'), paise],
        [accounts.project(id, 'domestic'), -paise],
      ],
    }),
  );

export const stateOf = async ({ sql }: Ground, id: string): Promise<string> =>
  (await sql.query('SELECT state FROM project WHERE id = $1', [id])).rows[0].state;

/** Somebody who follows a project, since `confirmed`; null while they have not confirmed. */
export async function follower(
  { sql, clock }: Ground,
  projectId: string,
  { email, confirmed = clock.now() }: { email: string; confirmed?: Date | null },
): Promise<string> {
  const { rows } = await sql.query(
    `INSERT INTO project_follower (id, project_id, email, language, words, asked_at, confirmed_at)
     VALUES (gen_random_uuid(), $1, $2, 'ml', 'yes', $3, $4) RETURNING id`,
    [projectId, email, clock.now(), confirmed],
  );
  return rows[0].id;
}
