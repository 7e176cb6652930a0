import { findUser } from '../../src/access/users.ts';
import type { Ground } from '../../src/ground.ts';
import { makeOffer } from '../../src/pages/offers.ts';
import { makeProject } from '../../src/pages/projects.ts';
import { askReview, decideReview, publishApproved } from '../../src/pages/reviews.ts';
import { publishUpdate, writeUpdate } from '../../src/pages/updates.ts';
import { OFFER, PROJECTS, UPDATE } from './project-stories.ts';

/**
 * Three projects that are live: one with a matching gift and news, one capped, one counted in things.
 * @returns their ids
 */
export async function plantProjects(ground: Ground): Promise<string[]> {
  const author = await findUser(ground, 'meera@wecare.example');
  const approver = await findUser(ground, 'jose@wecare.example');
  const ids: string[] = [];
  for (const project of PROJECTS) {
    const id = await makeProject(ground, project, author.email);
    await askReview(ground, id, author);
    await decideReview(ground, { id, approved: true, words: '' }, approver);
    await publishApproved(ground, id, approver);
    ids.push(id);
  }
  const projectId = ids[0] as string;
  await makeOffer(ground, { projectId, offer: OFFER }, approver);
  const id = await writeUpdate(ground, { projectId, content: UPDATE }, author);
  await publishUpdate(ground, { projectId, id }, approver);
  return ids;
}
