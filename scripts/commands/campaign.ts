import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { createCampaign, editMessage, scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { estimateCost } from '../../src/campaigns/phone/cost.ts';
import { campaignStatus } from '../../src/campaigns/status.ts';
import { isPhoneChannel } from '../../src/deliveries/phone/accounts.ts';
import { campaignGroup } from '../lib/campaign-group.ts';
import {
  addMessageOptions,
  editorOf,
  type MessageOptions,
  pickMessage,
  readMessageOptions,
  readMessagePlan,
  readTiming,
  type TimingOptions,
} from '../lib/campaign-options.ts';
import { afterApproval, revisedInWords, timesInWords, tomorrowAtNine } from '../lib/campaign-words.ts';
import { addFileOptions, withFiles } from '../lib/carried-files.ts';
import { answer, withGround } from '../lib/cli.ts';
import { addPhoneOptions, costInWords, readPhoneWish } from '../lib/phone-options.ts';

type Common = { json?: boolean; as?: string; message?: string };

/** What a campaign is made of: what it says, when, and who approved it. */
export default function campaign(program: Command): void {
  const campaigns = campaignGroup(program);
  addCreate(campaigns);
  addEdit(campaigns);
  addSchedule(campaigns);
  addApprove(campaigns);
}

function addCreate(campaigns: Command): void {
  const create = campaigns
    .command('create')
    .description('make a campaign with a message, by mail or to telephones')
    .requiredOption('--name <name>', 'the name of the campaign')
    .requiredOption('--message <name>', 'the name of the message')
    .requiredOption('--as <user>', 'e-mail address of the user who writes it')
    .option('--goal <text>', 'what the campaign is for')
    .option('--json', 'answer in JSON');
  addFileOptions(addPhoneOptions(addMessageOptions(create))).action(
    (
      options: MessageOptions & { name: string; message: string; as: string; goal?: string; json?: boolean },
    ) =>
      withGround(async (ground) => {
        const user = await findUser(ground, options.as);
        const written = await readMessagePlan(options.message, options);
        const phone = readPhoneWish(options);
        const message = phone
          ? { ...written, phone }
          : await withFiles(ground, { plan: written, options, user });
        const plan = { name: options.name, goal: options.goal, message };
        const made = await createCampaign(ground, plan, user);
        const next = `Now say when: wecare campaign schedule ${JSON.stringify(options.name)} --at "${tomorrowAtNine()}"`;
        answer(options, made, () =>
          [`Made ${options.name}  ${made.campaignId}`, ...made.warnings, next].join('\n'),
        );
      }),
  );
}

function addEdit(campaigns: Command): void {
  const edit = campaigns
    .command('edit <campaign>')
    .description('change what a message says, to whom or from whom; withdraws its approval')
    .requiredOption('--as <user>', 'e-mail address of the user who edits it')
    .option('--message <name>', 'which message, where there are several')
    .option('--rename <name>', 'another name for the message')
    .option('--json', 'answer in JSON');
  addFileOptions(addPhoneOptions(addMessageOptions(edit))).action(
    (wish: string, options: MessageOptions & Common & { as: string; rename?: string }) =>
      withGround(async (ground) => {
        const status = await campaignStatus(ground, wish);
        const { id, channel } = pickMessage(status, options.message);
        const user = await findUser(ground, options.as);
        const phone = readPhoneWish(options, isPhoneChannel(channel) ? channel : undefined);
        const plan = await withFiles(ground, { plan: await readMessageOptions(options), options, user });
        const change = {
          ...{ ...plan, ...(phone && { phone }) },
          ...(options.rename !== undefined && { name: options.rename }),
        };
        const revised = await editMessage(ground, { messageId: id, user }, change);
        const words = () => [...revised.warnings, revisedInWords(revised, status)].join('\n');
        answer(options, revised, words);
      }),
  );
}

function addSchedule(campaigns: Command): void {
  campaigns
    .command('schedule <campaign>')
    .description('say when a message is sent; withdraws its approval')
    .option('--at <time>', `once, by the clocks of the zone: "${tomorrowAtNine()}"`)
    .option('--cron <expression>', 'again and again: "0 9 * * MON" (minute hour day month weekday)')
    .option('--zone <zone>', 'whose clocks (usual: that of the settings)')
    .option('--window <from-to>', 'only between these hours: 09:00-20:00; none takes it away')
    .option('--late <policy>', 'when it could not start in time: ask (usual), send or skip')
    .option('--late-after <seconds>', 'of open send window, after which it is late (usual: 900)')
    .option('--canary <share>', 'who goes first: 5%, 300, usual (2 % of 20,000 and more) or none')
    .option('--canary-wait <seconds>', 'how long the rest then waits (usual: 1800)')
    .option('--canary-from <people>', 'the smallest audience with a canary (usual: 20000)')
    .option('--message <name>', 'which message, where there are several')
    .option('--as <user>', 'e-mail address of the user who schedules it')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      '\nWhere clocks are changed: a repeated time means the first; of a cron expression, a time that is\nskipped is moved by the length of the gap (02:30 becomes 03:30); with --at it is refused.',
    )
    .action((wish: string, options: Common & TimingOptions) =>
      withGround(async (ground) => {
        const status = await campaignStatus(ground, wish);
        const { id } = pickMessage(status, options.message);
        const editor = await editorOf(ground, options.as);
        const revised = await scheduleMessage(ground, { messageId: id, editor }, readTiming(options));
        const now = await campaignStatus(ground, status.campaign.id);
        const message = pickMessage({ ...now, messages: now.messages.filter((one) => one.id === id) });
        const { schedule, window, scheduleInWords, nextDates } = message;
        const cost = await estimateCost(ground, message);
        answer(options, { ...revised, schedule, window, scheduleInWords, nextDates, cost }, () =>
          [
            ...timesInWords(message),
            ...(cost ? [costInWords(cost)] : []),
            revisedInWords(revised, status),
          ].join('\n'),
        );
      }),
    );
}

function addApprove(campaigns: Command): void {
  campaigns
    .command('approve <campaign>')
    .description('approve a message as it is now, by another user than its editor')
    .requiredOption('--as <user>', 'e-mail address of the user who approves')
    .option('--reference <number>', 'its e-Office or G.O. number')
    .option('--message <name>', 'which message, where there are several')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common & { as: string; reference?: string }) =>
      withGround(async (ground) => {
        const status = await campaignStatus(ground, wish);
        const message = pickMessage(status, options.message);
        const user = await findUser(ground, options.as);
        const approval = await approveMessage(ground, { messageId: message.id, user }, options.reference);
        answer(
          options,
          approval,
          () => `${status.campaign.name} is approved by ${user.email}. ${afterApproval(message)}`,
        );
      }),
    );
}
