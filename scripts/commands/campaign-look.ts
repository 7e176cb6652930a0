import type { Command } from 'commander';
import { campaignStatus, listCampaigns } from '../../src/campaigns/status.ts';
import { campaignGroup } from '../lib/campaign-group.ts';
import { shown, statusInWords } from '../lib/campaign-words.ts';
import { answer, table, withGround } from '../lib/cli.ts';

type Common = { json?: boolean };

/** What is asked again and again while something goes, so it stands apart from all that writes. */
export default function looks(program: Command): void {
  const campaigns = campaignGroup(program);
  campaigns
    .command('list')
    .description('list the campaigns, newest first')
    .option('--json', 'answer in JSON')
    .action((options: Common) =>
      withGround(async (ground) => {
        const all = await listCampaigns(ground);
        const row = (c: (typeof all)[number]) => ({
          ...{
            name: c.name,
            made: shown(c.createdAt),
            messages: c.messages,
            'open runs': c.openRuns,
            id: c.id,
          },
        });
        answer(options, all, () => (all.length ? table(all.map(row)) : 'There are no campaigns yet.'));
      }),
    );
  campaigns
    .command('status <campaign>')
    .description('messages, approvals, runs and how far they are')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: Common) =>
      withGround(async (ground) => {
        const status = await campaignStatus(ground, wish);
        answer(options, status, () => statusInWords(status));
      }),
    );
}
