import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { defaultZone } from '../../src/access/default-zone.ts';
import { findUser } from '../../src/access/users.ts';
import { type MadeFromPlan, makeFromPlan } from '../../src/campaigns/plans/make.ts';
import { listOccasions } from '../../src/campaigns/plans/occasions.ts';
import { duplicateCampaign, findPlan, listPlans, savePlan } from '../../src/campaigns/plans/plans.ts';
import { findCampaign } from '../../src/campaigns/status.ts';
import type { Ground } from '../../src/ground.ts';
import { campaignGroup } from '../lib/campaign-group.ts';
import { answer, table, withGround } from '../lib/cli.ts';

type Common = { json?: boolean; as: string };
type Using = Common & {
  name: string;
  start: string;
  list?: string[];
  account?: string[];
  language: string;
  from?: string;
};

/** `plans …`: campaigns to be made again, and `campaign duplicate` beside them. */
export default function plans(program: Command): void {
  const all = program.command('plans').description('campaigns to be made again, and occasions of the year');
  all
    .command('list')
    .description('plans that were kept, and occasions with their next day')
    .option('--json', 'answer in JSON')
    .action((options: { json?: boolean }) =>
      withGround(async (ground) => {
        const known = { plans: await listPlans(ground.sql), occasions: await occasionsNow(ground) };
        const rows = [
          ...known.plans.map(({ name, content }) => ({
            plan: name,
            messages: content.messages.length,
            day: '',
          })),
          ...known.occasions.map(({ key, content, next }) => ({
            ...{ plan: key, messages: content.messages.length, day: next?.day ?? 'not known' },
          })),
        ];
        answer(options, known, () => table(rows));
      }),
    );
  addSave(all);
  addUse(all);
}

function addSave(all: Command): void {
  all
    .command('save <campaign>')
    .description('keep the messages of a campaign as a plan')
    .requiredOption('--name <name>', 'the name of the plan; one of the same name is replaced')
    .requiredOption('--as <user>', 'e-mail address of the user who keeps it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common & { name: string }) =>
      withGround(async (ground) => {
        const { id: campaignId } = await findCampaign(ground, wish);
        const user = await findUser(ground, options.as);
        const kept = await savePlan(ground, user, { campaignId, name: options.name });
        answer(options, kept, () => `Kept ${options.name} with ${kept.messages} messages.`);
      }),
    );
}

function addUse(all: Command): void {
  all
    .command('use <plan>')
    .description('make a campaign of a plan, or of an occasion by its key')
    .requiredOption('--name <name>', 'the name of the campaign')
    .requiredOption('--start <day>', 'its first day, as 2026-12-18')
    .requiredOption('--as <user>', 'e-mail address of the user who makes it')
    .option('--list <name...>', 'for mails that name no list')
    .option('--account <name...>', 'for posts that name no account')
    .option('--language <tag>', 'of those posts', 'ml')
    .option('--from <sender>', 'for mails that have none, as "We Care <news@wecare.example>"')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Using) =>
      withGround(async (ground) => {
        const user = await findUser(ground, options.as);
        const occasion = (await occasionsNow(ground)).find(({ key }) => key === wish);
        const { content } = occasion ?? (await findPlan(ground.sql, wish));
        const accounts = (options.account ?? []).map((account) => ({ account, language: options.language }));
        const made = await makeFromPlan(ground, user, {
          content,
          wish: {
            ...{ name: options.name, startsOn: options.start, lists: options.list ?? [], accounts },
            from: options.from ?? null,
          },
        });
        answer(options, made, () => madeInWords(options.name, made));
      }),
    );
}

/** `campaign duplicate`. */
export function duplicate(program: Command): void {
  const campaigns = campaignGroup(program);
  campaigns
    .command('duplicate <campaign>')
    .description('make a campaign again from another first day; all its messages are drafts')
    .requiredOption('--name <name>', 'the name of the new campaign')
    .requiredOption('--start <day>', 'its first day, as 2026-12-18')
    .requiredOption('--as <user>', 'e-mail address of the user who makes it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common & { name: string; start: string }) =>
      withGround(async (ground) => {
        const { id: campaignId } = await findCampaign(ground, wish);
        const user = await findUser(ground, options.as);
        const again = { campaignId, name: options.name, startsOn: options.start };
        const made = await duplicateCampaign(ground, user, again);
        answer(options, made, () => madeInWords(options.name, made));
      }),
    );
}

function madeInWords(name: string, { campaignId, messages, untimed, leftOut }: MadeFromPlan): string {
  return [
    `Made ${name}  ${campaignId}`,
    ...messages.map(
      (one) =>
        `  ${one.name}: ${one.schedule?.kind === 'once' ? one.schedule.at : (one.schedule?.expression ?? 'no time')}`,
    ),
    ...(untimed.length ? [`Choose a time, theirs has passed: ${untimed.join(', ')}`] : []),
    ...(leftOut.length ? [`Left out, for nobody was named: ${leftOut.join(', ')}`] : []),
  ].join('\n');
}

async function occasionsNow(ground: Ground) {
  const zone = await defaultZone(ground);
  const today = DateTime.fromJSDate(ground.clock.now(), { zone }).toISODate() ?? '';
  return listOccasions({ today, site: ground.config.publicUrl });
}
