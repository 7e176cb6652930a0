import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { moveFamily } from '../../src/campaigns/occasions/helpline.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { decideOccasion, decisions } from '../../src/pages/occasions/decide.ts';
import { listOccasions, occasionNamed, readOccasionDesk } from '../../src/pages/occasions/desk.ts';
import { declareGrown } from '../../src/pages/occasions/helpline.ts';
import { lookings, occasionPolicy, setOccasionPolicy } from '../../src/pages/occasions/policy.ts';
import { answerReport, openReports, outcomes } from '../../src/pages/occasions/reports.ts';
import { type OccasionState, occasionStates } from '../../src/pages/occasions/states.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { deskInWords, occasionInWords, reportInWords } from '../lib/occasion-words.ts';

type Options = { as: string; json?: boolean };

/** `occasions …`: pages that families make for a day of theirs. */
export default function occasions(program: Command): void {
  const group = program
    .command('occasions')
    .description('pages that families make for a day of theirs: looked at, decided, answered')
    .addHelpText('after', '\nA page is named by its number (OC-…), the code of its address, or its id.');
  addLooks(group);
  addDecide(group);
  addAnswer(group);
  addHelpline(group);
  addPolicy(group);
}

function addLooks(group: Command): void {
  group
    .command('list')
    .description('pages of families, newest first; those not finished only with --state draft')
    .option('--state <state>', `one of ${occasionStates.join(', ')}`)
    .option('--find <words>', 'words of the names')
    .option('--json', 'answer in JSON')
    .action((options: { state?: string; find?: string; json?: boolean }) =>
      withGround(async (ground) => {
        const all = await listOccasions(ground, {
          state: stateOf(options.state),
          text: options.find,
          limit: 1000,
        });
        answer(options, all, () => (all.length ? table(all.map(occasionInWords)) : 'There is no such page.'));
      }),
    );
  group
    .command('show <page>')
    .description('what a page says, who answers for it, what was given, what happened')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean }) =>
      withGround(async (ground) => {
        const desk = await readOccasionDesk(ground, await idOf(ground, wish));
        answer(options, desk, () => deskInWords(desk));
      }),
    );
}

function stateOf(said: string | undefined): OccasionState | undefined {
  const state = occasionStates.find((one) => one === said);
  if (said !== undefined && !state)
    throw new Refusal(`--state is one of ${occasionStates.join(', ')}, not ${JSON.stringify(said)}.`);
  return state;
}

async function idOf(ground: Ground, wish: string): Promise<string> {
  const id = await occasionNamed(ground, wish);
  if (!id) throw new Refusal(`There is no page ${JSON.stringify(wish)}. See "wecare occasions list".`, 404);
  return id;
}

function addDecide(group: Command): void {
  group
    .command('decide <page> <decision>')
    .description(`decide about a page: ${decisions.join(', ')}`)
    .option('--words <text>', 'to the family, who read it; a reason where one is needed', '')
    .option('--edition <number>', 'the edition that was looked at; the newest unless said')
    .requiredOption('--as <user>', 'e-mail address of the user who decides')
    .option('--json', 'answer in JSON')
    .action((wish: string, said: string, options: Options & { words: string; edition?: string }) =>
      withGround(async (ground) => {
        const decision = decisions.find((one) => one === said);
        if (!decision)
          throw new Refusal(`The decision is ${decisions.join(', ')}, not ${JSON.stringify(said)}.`);
        const id = await idOf(ground, wish);
        const { page } = await readOccasionDesk(ground, id);
        const edition = Number(options.edition ?? page.edition);
        const user = await findUser(ground, options.as);
        await decideOccasion(ground, { id, decision, words: options.words, edition }, user);
        const { state } = (await readOccasionDesk(ground, id)).page;
        answer(options, { id, state }, () => `${page.number} is ${state} now.`);
      }),
    );
}

function addAnswer(group: Command): void {
  group
    .command('reports')
    .description('what people said of pages and waits for an answer, the most urgent first')
    .option('--json', 'answer in JSON')
    .action((options: { json?: boolean }) =>
      withGround(async (ground) => {
        const open = await openReports(ground);
        const now = ground.clock.now();
        answer(options, open, () =>
          open.length ? table(open.map((report) => reportInWords(report, now))) : 'Everybody has an answer.',
        );
      }),
    );
  group
    .command('answer <report> <outcome>')
    .description(`answer a report or objection: ${outcomes.join(', ')}`)
    .requiredOption('--words <text>', 'the answer, which whoever wrote reads')
    .requiredOption('--as <user>', 'e-mail address of the user who answers')
    .option('--json', 'answer in JSON')
    .action((id: string, said: string, options: Options & { words: string }) =>
      withGround(async (ground) => {
        const outcome = outcomes.find((one) => one === said);
        if (!outcome)
          throw new Refusal(`The outcome is ${outcomes.join(', ')}, not ${JSON.stringify(said)}.`);
        const user = await findUser(ground, options.as);
        await answerReport(ground, { id, outcome, answer: options.words }, user);
        answer(options, { id, outcome }, () => 'Answered.');
      }),
    );
}

/** What the helpline does when a family rings. */
function addHelpline(group: Command): void {
  group
    .command('contact <page> <contact>')
    .description('give a family another telephone or mailbox, and send the link there')
    .option('--second', 'of the second who answers for the page, not of whoever made it', false)
    .requiredOption('--as <user>', 'e-mail address of the user who asked for the names and the day first')
    .option('--json', 'answer in JSON')
    .action((wish: string, contact: string, options: Options & { second: boolean }) =>
      withGround(async (ground) => {
        const occasionId = await idOf(ground, wish);
        const move = { occasionId, of: { second: options.second }, contact };
        const { id, channel } = await moveFamily(ground, move, await findUser(ground, options.as));
        answer(options, { id, channel }, () => 'The link is on its way to the new place.');
      }),
    );
  group
    .command('grown <page>')
    .description('note that a page which guests see is no child’s, as its parent or guardian said')
    .requiredOption('--words <text>', 'whom you asked, and what they said')
    .requiredOption('--as <user>', 'e-mail address of the user who asked')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Options & { words: string }) =>
      withGround(async (ground) => {
        const id = await idOf(ground, wish);
        await declareGrown(ground, { id, words: options.words }, await findUser(ground, options.as));
        answer(options, { id, child: false }, () => 'Noted: it is no child’s page.');
      }),
    );
}

function addPolicy(group: Command): void {
  group
    .command('policy')
    .description('show or set how pages are looked at')
    .option('--look <when>', `${lookings.join(' or ')} guests see them`)
    .option('--known <name...>', 'names that are no family’s, all of them')
    .option('--as <user>', 'e-mail address of the administrator who sets it')
    .option('--json', 'answer in JSON')
    .action((options: { look?: string; known?: string[]; as?: string; json?: boolean }) =>
      withGround(async (ground) => {
        const holds = await occasionPolicy(ground.sql);
        const policy = options.look || options.known ? await set(ground, { ...options, holds }) : holds;
        answer(
          options,
          policy,
          () =>
            `Pages are looked at ${policy.look} guests see them; ${policy.knownNames.length} known names are looked at first.`,
        );
      }),
    );
}

interface Setting {
  look?: string;
  known?: string[];
  as?: string;
  holds: Awaited<ReturnType<typeof occasionPolicy>>;
}

async function set(ground: Ground, { look, known, as, holds }: Setting) {
  if (!as) throw new Refusal('Say with --as which administrator sets it.');
  const when = lookings.find((one) => one === (look ?? holds.look));
  if (!when) throw new Refusal(`--look is ${lookings.join(' or ')}, not ${JSON.stringify(look)}.`);
  const wish = { look: when, knownNames: known ?? holds.knownNames };
  return setOccasionPolicy(ground, wish, await findUser(ground, as));
}
