import type { Command } from 'commander';
import { defaultZone } from '../../src/access/default-zone.ts';
import { currentHold, type Hold, liftHold, placeHold } from '../../src/deliveries/holds.ts';
import { ENGINE } from '../../src/deliveries/mark.ts';
import { acceptRestore } from '../../src/deliveries/restored.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { formatMoment } from '../../src/i18n.ts';
import { actor, answer, withGround } from '../lib/cli.ts';

interface HoldOptions {
  reason?: string;
  from?: string;
  until?: string;
  lift?: boolean;
  json?: boolean;
}

/** `wecare hold` and `wecare restored`: one hand on everything. */
export default function hold(program: Command): void {
  program
    .command('hold')
    .description('Hold everything that goes out (receipts and codes still go), show the hold, or lift it')
    .option('--reason <words>', 'why; places a hold')
    .option('--from <date>', 'when it begins (ISO 8601); now unless said')
    .option('--until <date>', 'when it ends (ISO 8601); until lifted unless said')
    .option('--lift', 'lift the hold')
    .option('--json', 'answer as JSON')
    .action((options: HoldOptions) => withGround((ground) => run(ground, options)));
  program
    .command('restored')
    .description(
      'After a restore from backup: call all that may have gone since unknown, then let things out again',
    )
    .option('--anyway', 'although nothing says that it was restored: the mark outside was lost as well')
    .option('--json', 'answer as JSON')
    .action((options: { anyway?: boolean; json?: boolean }) =>
      withGround(async (ground) => {
        const done = await acceptRestore(ground, actor(), options);
        const hold = await currentHold(ground.sql);
        answer(options, done, () =>
          [
            `${done.unknown} deliveries of ${done.runs} runs and ${done.notices} notices may have gone since the backup: they are unknown now.`,
            `${done.asked} runs whose time has passed wait for your decision (campaign decide). ${hold ? `Campaigns are still held: ${hold.reason}` : 'Nothing is held any more.'}`,
          ].join('\n'),
        );
      }),
    );
}

async function run(ground: Ground, options: HoldOptions): Promise<void> {
  if (options.lift && options.reason !== undefined)
    throw new Refusal('Give --reason to hold, or --lift to lift the hold, not both.');
  if (options.reason === undefined && (options.from ?? options.until) !== undefined)
    throw new Refusal('A hold needs a reason: give --reason with its dates.');
  if (options.lift) {
    const hold = await currentHold(ground.sql);
    if (hold?.madeBy === ENGINE) throw new Refusal(hold.reason, 409);
    const lifted = await liftHold(ground, actor());
    return answer(options, { lifted }, () =>
      lifted ? 'Lifted. What was planned goes on.' : 'There was no hold to lift.',
    );
  }
  if (options.reason !== undefined) {
    const { reason } = options;
    const dates = { ...date('from', options.from), ...date('until', options.until) };
    await placeHold(ground, { reason, actor: actor(), ...dates });
  }
  const current = await currentHold(ground.sql);
  const zone = await defaultZone(ground);
  const until = current?.until ? `until ${formatMoment(current.until, 'en', zone)}` : 'until it is lifted';
  answer(options, { hold: current }, () => (current ? inWords(current, until) : 'Nothing is held now.'));
}

/** The engine's own hold, after a restore, keeps notices back as well. */
export function inWords({ reason, madeBy }: Pick<Hold, 'reason' | 'madeBy'>, until: string): string {
  if (madeBy === ENGINE) return `Nothing goes out ${until}: ${reason}`;
  return `No campaign goes out ${until}: ${reason} (by ${madeBy}). Receipts and codes still go.`;
}

function date<K extends string>(name: K, text: string | undefined): Partial<Record<K, Date>> {
  if (text === undefined) return {};
  const parsed = new Date(text);
  if (Number.isNaN(parsed.getTime()))
    throw new Refusal(`--${name} "${text}" is no date. Write it as 2026-11-22T09:00:00+05:30.`);
  return { [name]: parsed } as Partial<Record<K, Date>>;
}
