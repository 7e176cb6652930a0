import type { Command } from 'commander';
import { z } from 'zod';
import { findUser, type User } from '../../src/access/users.ts';
import type { Ground } from '../../src/ground.ts';
import { Content, themes } from '../../src/pages/content.ts';
import { type Desk, readDesk } from '../../src/pages/desk.ts';
import { districts } from '../../src/pages/districts.ts';
import { closeProject } from '../../src/pages/ends.ts';
import { listProjects } from '../../src/pages/list.ts';
import { listOffers } from '../../src/pages/offers.ts';
import { makeProject, saveProject } from '../../src/pages/projects.ts';
import { askReview, decideReview, publishApproved } from '../../src/pages/reviews.ts';
import { listSponsors } from '../../src/pages/sponsors.ts';
import { listUpdates, UpdateContent } from '../../src/pages/updates.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { readJson } from '../lib/json-file.ts';
import { projectInWords, rowInWords } from '../lib/project-words.ts';
import { addPartnerCommands } from './project-partners.ts';

const Made = z.strictObject({
  ...{ slug: z.string(), theme: z.enum(themes), district: z.enum(districts).nullable(), content: Content },
});
const Closing = UpdateContent.pick({ en: true, ml: true });

/** `project …`: pages that ask for one thing. */
export default function project(program: Command): void {
  const projects = program
    .command('project')
    .description('pages that ask for one thing: written, reviewed by somebody else, published, reported')
    .addHelpText(
      'after',
      '\nA project is named by its address (slug) or id. What it says comes from a file of JSON.',
    );
  addLooks(projects);
  addWriting(projects);
  addDecisions(projects);
  addPartnerCommands(projects);
}

function addLooks(projects: Command): void {
  projects
    .command('list')
    .description('all projects with how far they are, newest first')
    .option('--json', 'answer in JSON')
    .action((options: { json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listProjects(ground, { limit: 1000 });
        const none = 'There are no projects yet. "wecare project make FILE --as USER" makes one.';
        answer(options, all, () => (all.length ? table(all.map(rowInWords)) : none));
      }),
    );
  projects
    .command('show <project>')
    .description('what a project says, how far it is, and what it waits for')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean }) =>
      withGround(async (ground) => {
        const desk = await readDesk(ground, wish);
        const { id } = desk.project;
        const more = { updates: await listUpdates(ground, id), sponsors: await listSponsors(ground, id) };
        const offers = await listOffers(ground, id);
        answer(options, { ...desk, ...more, offers }, () => projectInWords(desk));
      }),
    );
}

interface Doing {
  ground: Ground;
  user: User;
  desk: Desk;
}
type Options = { as: string; json?: boolean };

/** A command about one project by a user, who is named with `--as`. */
export function addDeed<O extends Options>(
  command: Command,
  does: string,
  work: (doing: Doing, options: O, file: string) => Promise<{ said: string } & Record<string, unknown>>,
): void {
  command
    .description(does)
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer in JSON')
    .action((wish: string, ...rest: unknown[]) =>
      withGround(async (ground) => {
        const file = typeof rest[0] === 'string' ? rest[0] : '';
        const options = rest.find((one): one is O => typeof one === 'object' && one !== null) as O;
        const user = await findUser(ground, options.as);
        const { said, ...told } = await work(
          { ground, user, desk: await readDesk(ground, wish) },
          options,
          file,
        );
        answer(options, told, () => said);
      }),
    );
}

function addWriting(projects: Command): void {
  projects
    .command('make <file>')
    .description('make a draft from a file with slug, theme, district and content')
    .requiredOption('--as <user>', 'e-mail address of the user who makes it')
    .option('--json', 'answer in JSON')
    .action((file: string, options: Options) =>
      withGround(async (ground) => {
        const user = await findUser(ground, options.as);
        const id = await makeProject(ground, await readJson(file, Made), user.email);
        answer(options, { id }, () => `Made: ${id}. Next: wecare project review ${id} --as ${user.email}`);
      }),
    );
  addDeed<Options & { expected: string }>(
    projects
      .command('save <project> <file>')
      .requiredOption('--expected <version>', 'the version it was made from'),
    'save what it says, from a file with its content, as a new version',
    async ({ ground, user, desk }, options, file) => {
      const wish = {
        id: desk.project.id,
        expected: Number(options.expected),
        content: await readJson(file, Content),
      };
      const version = await saveProject(ground, wish, user.email);
      return { version, said: `Saved as version ${version}.` };
    },
  );
  addDeed(
    projects.command('review <project>'),
    'ask that somebody else look the newest version over',
    async (doing) => {
      await askReview(doing.ground, doing.desk.project.id, doing.user);
      return {
        version: doing.desk.project.version,
        said: `Somebody is asked to look over version ${doing.desk.project.version}.`,
      };
    },
  );
}

function addDecisions(projects: Command): void {
  addDeed<Options & { words?: string }>(
    projects.command('approve <project>').option('--words <text>', 'words to whoever asked'),
    'approve the version that is asked about',
    async ({ ground, user, desk }, { words = '' }) => {
      await decideReview(ground, { id: desk.project.id, approved: true, words }, user);
      return { approved: true, said: 'Approved. It can be published.' };
    },
  );
  addDeed<Options & { words: string }>(
    projects.command('return <project>').requiredOption('--words <text>', 'what is to be changed'),
    'give the version back that is asked about',
    async ({ ground, user, desk }, { words }) => {
      await decideReview(ground, { id: desk.project.id, approved: false, words }, user);
      return { approved: false, said: 'Given back.' };
    },
  );
  addDeed(
    projects.command('publish <project>'),
    'publish what was approved last',
    async ({ ground, user, desk }) => {
      const version = await publishApproved(ground, desk.project.id, user);
      return {
        version,
        said: `Version ${version} is public: ${ground.config.publicUrl}/projects/${desk.project.slug}`,
      };
    },
  );
  addDeed(
    projects.command('close <project> <file>'),
    'end it; the file says in en and ml what happens now',
    async ({ ground, user, desk }, _options, file) => {
      await closeProject(ground, { id: desk.project.id, words: await readJson(file, Closing) }, user);
      return { closed: true, said: 'Closed. It takes no gifts any more.' };
    },
  );
}
