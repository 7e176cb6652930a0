import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { cancelCampaign, goOnMessage, pauseCampaign, resumeCampaign } from '../../src/campaigns/control.ts';
import { type Decision, decideRun } from '../../src/campaigns/decisions.ts';
import { findMessageNamed } from '../../src/campaigns/find-message.ts';
import { deliveryReport, wholeReport } from '../../src/campaigns/report.ts';
import { runSummary } from '../../src/campaigns/run-summary.ts';
import { campaignStatus, findCampaign } from '../../src/campaigns/status.ts';
import { sendTrial } from '../../src/campaigns/trial.ts';
import type { RunProgress } from '../../src/deliveries/progress.ts';
import { found, Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { campaignGroup } from '../lib/campaign-group.ts';
import { editorOf, pickMessage, readRun } from '../lib/campaign-options.ts';
import {
  cancelledInWords,
  csvHead,
  csvLine,
  progressInWords,
  reportInWords,
  summaryInWords,
} from '../lib/campaign-words.ts';
import { answer, toJson, withGround } from '../lib/cli.ts';
import { watchCampaign } from '../lib/watch.ts';

type Common = { json?: boolean; as?: string };
const SHOWN_ROWS = 50;

/** Commands about what is planned or being sent. */
export default function control(program: Command): void {
  const campaigns = campaignGroup(program);
  addTest(campaigns);
  addWatch(campaigns);
  addPauseAndResume(campaigns);
  addGoOn(campaigns);
  addCancel(campaigns);
  addDecide(campaigns);
  addReport(campaigns);
}

function addTest(campaigns: Command): void {
  campaigns
    .command('test <campaign>')
    .description('send a message as it is now to one address, its subject led by [Test]')
    .requiredOption('--to <address>', 'who gets it')
    .requiredOption('--language <tag>', 'which language of it, such as ml')
    .option('--as <contact>', 'fill in the fields of this contact (id or address)')
    .option('--message <name>', 'which message, where there are several')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common & { to: string; language: string; message?: string }) =>
      withGround(async (ground) => {
        const message = pickMessage(await campaignStatus(ground, wish), options.message);
        const editor = await editorOf(ground, undefined);
        const notice = await sendTrial(ground, message, { ...options, editor });
        answer(
          options,
          { notice },
          () => `Test ${notice} to ${options.to} is in its lane; a running worker sends it.`,
        );
      }),
    );
}

function addWatch(campaigns: Command): void {
  campaigns
    .command('watch <campaign>')
    .description('follow a run until it has ended; Ctrl-C leaves it running')
    .option('--json', 'end with a line of JSON')
    .action((wish: string, options: Common) =>
      withGround(async (ground) => {
        const { id } = await findCampaign(ground, wish);
        const { signal, done } = leaveOnInterrupt();
        const screen = options.json ? process.stderr : process.stdout;
        const last = await watchCampaign(ground, { campaignId: id, screen, signal });
        done();
        if (signal.aborted) process.stderr.write('You left; what is being sent goes on.\n');
        if (options.json) process.stdout.write(`${toJson(last)}\n`);
      }),
    );
}

/** While somebody watches, Ctrl-C ends the watching and nothing else. */
function leaveOnInterrupt(): { signal: AbortSignal; done: () => void } {
  const leaving = new AbortController();
  const others = process.listeners('SIGINT');
  const leave = () => leaving.abort();
  process.removeAllListeners('SIGINT').once('SIGINT', leave);
  const done = () => {
    process.removeListener('SIGINT', leave);
    for (const other of others) process.on('SIGINT', other);
  };
  return { signal: leaving.signal, done };
}

function addPauseAndResume(campaigns: Command): void {
  const deeds = { pause: pauseCampaign, resume: resumeCampaign };
  const words = { pause: 'stop sending for now', resume: 'go on exactly where it stopped' };
  for (const deed of ['pause', 'resume'] as const) {
    campaigns
      .command(`${deed} <campaign>`)
      .description(words[deed])
      .option('--as <user>', 'e-mail address of the user who does it')
      .option('--json', 'answer in JSON')
      .action((wish: string, options: Common) =>
        withGround(async (ground) => {
          const { id } = await findCampaign(ground, wish);
          const runs: RunProgress[] = await deeds[deed](ground, id, await editorOf(ground, options.as));
          answer(options, runs, () => runs.map(progressInWords).join('\n'));
        }),
      );
  }
}

function addGoOn(campaigns: Command): void {
  campaigns
    .command('go-on <message>')
    .description('send the rest now: do not wait for the canary, or go on although it stopped the run')
    .requiredOption('--as <user>', 'e-mail address of the user who says so')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common & { as: string }) =>
      withGround(async (ground) => {
        const { id } = await findMessageNamed(ground, wish);
        const runs = await goOnMessage(ground, id, await findUser(ground, options.as));
        answer(options, runs, () => runs.map(progressInWords).join('\n'));
      }),
    );
}

function addCancel(campaigns: Command): void {
  campaigns
    .command('cancel <campaign>')
    .description('end it for good, take its schedule away, and tell what had gone')
    .option('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common) =>
      withGround(async (ground) => {
        const { id } = await findCampaign(ground, wish);
        const cancelled = await cancelCampaign(ground, id, await editorOf(ground, options.as));
        answer(options, cancelled, () => cancelledInWords(cancelled));
      }),
    );
}

function addDecide(campaigns: Command): void {
  campaigns
    .command('decide <run> <send|skip>')
    .description('answer a late run that asks whether it should still be sent')
    .option('--as <user>', 'e-mail address of the user who decides')
    .option('--json', 'answer in JSON')
    .action((number: string, decision: string, options: Common) =>
      withGround(async (ground) => {
        if (decision !== 'send' && decision !== 'skip') throw new Refusal('Decide for send or skip.');
        const run = readRun(number);
        await decideRun(ground, { run, decision: decision as Decision }, await editorOf(ground, options.as));
        const then =
          decision === 'send' ? 'is sent within the next minute, or when its window opens' : 'is not sent';
        answer(options, { run, decision }, () => `Run ${run} ${then}.`);
      }),
    );
}

interface ReportOptions extends Common {
  run?: string;
  csv?: boolean;
  after?: string;
  limit?: string;
}

function addReport(campaigns: Command): void {
  campaigns
    .command('report <campaign>')
    .description('what went to whom, not to whom, and why')
    .option('--run <number>', 'which run (usual: the latest that has begun)')
    .option('--csv', 'all of it, as CSV')
    .option('--limit <rows>', `rows of a page (usual: ${SHOWN_ROWS})`)
    .option('--after <place>', 'where the page begins, as the page before it said')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: ReportOptions) => withGround((ground) => report(ground, wish, options)));
}

async function report(ground: Ground, wish: string, options: ReportOptions): Promise<void> {
  const run = options.run ? await ownRun(ground, wish, readRun(options.run)) : await latestRun(ground, wish);
  if (options.csv) return writeCsv(ground, run);
  const limit = Number(options.limit ?? SHOWN_ROWS);
  if (!Number.isInteger(limit) || limit < 1) throw new Refusal('--limit is a number of rows, such as 50.');
  const page = await deliveryReport(ground, run, { after: options.after, limit });
  const more =
    page.rows.length === limit && page.next
      ? `\nGo on with: --after ${page.next}, or take all with --csv`
      : '';
  const summary = await runSummary(ground, run);
  const rows = () =>
    page.rows.length
      ? `${reportInWords(page.rows)}${more}`
      : `There are no rows. ${page.reason ?? ''}`.trim();
  answer(options, { ...page, ...summary }, () => [...summaryInWords(summary), rows()].join('\n'));
}

async function writeCsv(ground: Ground, run: bigint): Promise<void> {
  process.stdout.write(csvHead());
  for await (const row of wholeReport(ground, run)) {
    if (process.stdout.write(csvLine(row))) continue;
    await new Promise<void>((resume) => process.stdout.once('drain', resume));
  }
}

async function latestRun(ground: Ground, wish: string): Promise<bigint> {
  const { campaign, messages } = await campaignStatus(ground, wish);
  const begun = messages.flatMap(({ runs }) => runs).filter(({ startedAt, endedAt }) => startedAt ?? endedAt);
  const [latest] = begun.toSorted((a, b) => b.dueAt.getTime() - a.dueAt.getTime());
  return found(latest?.run, `No run of ${campaign.name} has begun yet, so there is nothing to report.`);
}

async function ownRun(ground: Ground, wish: string, run: bigint): Promise<bigint> {
  const campaign = await findCampaign(ground, wish);
  const own = await ground.db.run.findFirst({ where: { id: run, message: { campaignId: campaign.id } } });
  return found(own?.id, `${campaign.name} has no run ${run}.`);
}
