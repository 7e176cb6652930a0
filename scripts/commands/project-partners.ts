import type { Command } from 'commander';
import { endOffer, makeOffer, NewOffer } from '../../src/pages/offers.ts';
import { addSponsor, endSponsor, NewSponsor } from '../../src/pages/sponsors.ts';
import { publishUpdate, UpdateContent, writeUpdate } from '../../src/pages/updates.ts';
import { readJson } from '../lib/json-file.ts';
import { addDeed } from './project.ts';

/** Commands about a project's news, sponsors and matching gifts. */
export function addPartnerCommands(projects: Command): void {
  addNews(projects);
  addDeed(
    projects.command('sponsor <project> <file>'),
    'name who carries it wholly or partly, from a file',
    async ({ ground, user, desk }, _options, file) => {
      const wish = { projectId: desk.project.id, sponsor: await readJson(file, NewSponsor) };
      const id = await addSponsor(ground, wish, user);
      return { id, said: `Shown on the page: ${id}` };
    },
  );
  addDeed(
    projects.command('unsponsor <project> <id>'),
    'take a sponsor off the page',
    async ({ ground, user, desk }, _options, id) => {
      await endSponsor(ground, { projectId: desk.project.id, id }, user);
      return { id, said: 'Taken off the page.' };
    },
  );
  addDeed(
    projects.command('match <project> <file>'),
    'record a promise to add to each gift, from a file',
    async ({ ground, user, desk }, _options, file) => {
      const wish = { projectId: desk.project.id, offer: await readJson(file, NewOffer) };
      const id = await makeOffer(ground, wish, user);
      return { id, said: `Recorded: ${id}` };
    },
  );
  addDeed(
    projects.command('unmatch <project> <id>'),
    'end a promise; what gifts hold of it stays',
    async ({ ground, user, desk }, _options, id) => {
      await endOffer(ground, { projectId: desk.project.id, id }, user);
      return { id, said: 'Ended.' };
    },
  );
}

function addNews(projects: Command): void {
  for (const kind of ['update', 'report'] as const)
    addDeed(
      projects.command(`${kind} <project> <file>`),
      kind === 'report' ? 'write the report of use, from a file' : 'write news, from a file',
      async ({ ground, user, desk }, _options, file) => {
        const told = await readJson(file, UpdateContent);
        const content = { ...told, kind: kind === 'report' ? 'report' : 'news' };
        const id = await writeUpdate(ground, { projectId: desk.project.id, content }, user);
        return {
          id,
          said: `Written. Somebody else: wecare project announce ${desk.project.slug} ${id} --as USER`,
        };
      },
    );
  addDeed(
    projects.command('announce <project> <update>'),
    'show news or the report to the public and mail them to the followers',
    async ({ ground, user, desk }, _options, id) => {
      await publishUpdate(ground, { projectId: desk.project.id, id }, user);
      return { id, said: 'Public. The mails are on their way.' };
    },
  );
}
