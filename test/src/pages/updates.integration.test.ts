import { beforeAll, expect, it } from 'vitest';
import { tellFollowers } from '../../../src/campaigns/update-mails.ts';
import {
  changeUpdate,
  findUpdate,
  listUpdates,
  publishUpdate,
  writeUpdate,
} from '../../../src/pages/updates.ts';
import { testGround } from '../../support/ground.ts';
import { follower, type Hands, hands, liveProject, newProject, stateOf } from './support.ts';

const ground = testGround({ PUBLIC_URL: 'https://wecare.example' });
let both: Hands;
beforeAll(async () => {
  both = await hands(ground);
});

const news = {
  en: { title: 'The ramp is there', text: 'It **folds**.\n\nMore on the page.' },
  ml: { title: 'റാംപ് എത്തി', text: 'അത് **മടങ്ങും**.\n\nബാക്കി പേജിൽ.' },
};
const mails = async (projectId: string) =>
  (
    await ground.sql.query(
      `SELECT address, subject, text, leave_url FROM notice n WHERE kind = 'project-update'
         AND EXISTS (SELECT FROM project_follower f WHERE f.email = n.address AND f.project_id = $1) ORDER BY 1`,
      [projectId],
    )
  ).rows;

it('is written by one, published by another, and mailed once to each who confirmed before', async () => {
  const projectId = await liveProject(ground, both);
  const id = await follower(ground, projectId, { email: 'a1@reader.example' });
  await follower(ground, projectId, { email: 'a2@reader.example', confirmed: null });
  await follower(ground, projectId, { email: 'a3@reader.example', confirmed: new Date('2030-01-01') });
  const update = await writeUpdate(ground, { projectId, content: news }, both.author);
  expect(await tellFollowers(ground)).toBe(0);
  await expect(
    publishUpdate(ground, { projectId, id: update }, { ...both.author, roles: ['administrator'] }),
  ).rejects.toThrow('Ask another');
  await publishUpdate(ground, { projectId, id: update }, both.approver);
  expect(await tellFollowers(ground)).toBe(1);
  expect(await tellFollowers(ground)).toBe(0);
  const [mail, ...others] = await mails(projectId);
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ address: 'a1@reader.example', subject: 'റാംപ് എത്തി · ചക്രങ്ങൾ' });
  expect(mail.leave_url).toMatch(/^https:\/\/wecare\.example\/follow\/[\w-]{39}\/end$/);
  expect(mail.text).toContain('അത് മടങ്ങും.');
  expect(mail.text).not.toContain('ബാക്കി പേജിൽ');
  expect(await findUpdate(ground, { projectId, id: update })).toMatchObject({
    mailed: 1,
    mailedAt: expect.any(Date),
  });
  await ground.sql.query('UPDATE project_follower SET ended_at = now() WHERE id = $1', [id]);
});

it('goes on where a crash left it, and repeats nobody', async () => {
  const projectId = await liveProject(ground, both);
  for (let n = 0; n < 250; n++) await follower(ground, projectId, { email: `b${n}@reader.example` });
  const id = await writeUpdate(ground, { projectId, content: news }, both.author);
  await publishUpdate(ground, { projectId, id }, both.approver);
  const sealing = ground.keys.sign;
  let signed = 0;
  const keys = {
    ...ground.keys,
    sign: (...args: Parameters<typeof sealing>) => {
      if (++signed > 130) throw new Error('the process dies');
      return sealing(...args);
    },
  };
  await expect(tellFollowers({ ...ground, keys })).rejects.toThrow('dies');
  expect(await mails(projectId)).toHaveLength(100);
  expect(await tellFollowers(ground)).toBe(150);
  const told = (await mails(projectId)).map(({ address }) => address);
  expect([told.length, new Set(told).size]).toEqual([250, 250]);
});

it('of a report ends the project', async () => {
  const projectId = await liveProject(ground, both);
  const report = { ...news, kind: 'report' };
  const id = await writeUpdate(ground, { projectId, content: report }, both.author);
  await expect(publishUpdate(ground, { projectId, id }, both.approver)).rejects.toThrow('is live');
  await ground.sql.query("UPDATE project SET state = 'reached' WHERE id = $1", [projectId]);
  await publishUpdate(ground, { projectId, id }, both.approver);
  expect(await stateOf(ground, projectId)).toBe('reported');
});

it('may be changed until it is public, and lacks no language then', async () => {
  const projectId = await liveProject(ground, both);
  const half = { ...news, ml: { title: '', text: '' } };
  const id = await writeUpdate(ground, { projectId, content: half }, both.author);
  await expect(publishUpdate(ground, { projectId, id }, both.approver)).rejects.toThrow('in Malayalam');
  await changeUpdate(ground, { projectId, id, content: news }, both.author);
  await publishUpdate(ground, { projectId, id }, both.approver);
  await expect(changeUpdate(ground, { projectId, id, content: half }, both.author)).rejects.toThrow('stays');
  expect(await listUpdates(ground, projectId)).toMatchObject([{ content: { ml: { title: 'റാംപ് എത്തി' } } }]);
});

it('tells of no draft', async () => {
  const projectId = await newProject(ground);
  await expect(writeUpdate(ground, { projectId, content: news }, both.author)).rejects.toThrow(
    'Publish the project',
  );
});
