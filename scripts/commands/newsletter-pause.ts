import type { Command } from 'commander';
import { findUser } from '../../src/access/users.ts';
import { findNewsletter } from '../../src/campaigns/newsletters/newsletters.ts';
import { pauseNewsletter } from '../../src/campaigns/newsletters/pause.ts';
import { pressEditions } from '../../src/campaigns/newsletters/press.ts';
import { newsletterStatus } from '../../src/campaigns/newsletters/status.ts';
import { answer, withGround } from '../lib/cli.ts';
import { newsletterInWords } from '../lib/newsletter-words.ts';

/** `newsletter pause` and `newsletter resume`. */
export function addPauseCommands(newsletters: Command): void {
  addPausing(
    newsletters,
    true,
    'let it rest: no edition is drafted and none leaves, also one that was approved',
  );
  addPausing(newsletters, false, 'let it go on: the next edition is the next that its schedule wishes for');
}

function addPausing(newsletters: Command, paused: boolean, does: string): void {
  newsletters
    .command(`${paused ? 'pause' : 'resume'} <newsletter>`)
    .description(does)
    .requiredOption('--as <user>', 'e-mail address of the user who does it')
    .option('--json', 'answer in JSON')
    .action((wish: string, options: { json?: boolean; as: string }) =>
      withGround(async (ground) => {
        const newsletter = await findNewsletter(ground, wish);
        await pauseNewsletter(ground, { newsletter, paused, user: await findUser(ground, options.as) });
        await pressEditions(ground);
        const status = await newsletterStatus(ground, await findNewsletter(ground, newsletter.id));
        answer(options, status, () => newsletterInWords(status));
      }),
    );
}
