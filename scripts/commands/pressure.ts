import type { Command } from 'commander';
import { currentPressure, type Pressure, setPressure } from '../../src/deliveries/pressure.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { actor, answer, withGround } from '../lib/cli.ts';

interface Flags {
  messages?: string;
  days?: string;
  off?: boolean;
  json?: boolean;
}

/** `wecare pressure`: how often one contact is written to at most. */
export default function pressure(program: Command): void {
  program
    .command('pressure')
    .description('Show or set how many messages one contact gets at most; transactional ones always go')
    .option('--messages <number>', 'at most so many messages')
    .option('--days <number>', 'in so many days')
    .option('--off', 'no limit')
    .option('--json', 'answer with one line of JSON')
    .action((flags: Flags) => withGround((ground) => run(ground, flags)));
}

async function run(ground: Ground, flags: Flags): Promise<void> {
  const wish = readWish(flags);
  if (wish !== undefined) await setPressure(ground, wish, actor());
  const limit = await currentPressure(ground.sql);
  answer(flags, limit, () =>
    limit
      ? `At most ${limit.messages} messages in ${limit.days} days to one contact.`
      : 'There is no limit on how often a contact is written to.',
  );
}

/** @returns undefined when nothing is to be changed */
function readWish({ messages, days, off }: Flags): Pressure | undefined {
  if (off && (messages || days)) throw new Refusal('Give --off alone, or --messages with --days.');
  if (off) return null;
  if (messages === undefined && days === undefined) return undefined;
  if (messages === undefined || days === undefined) throw new Refusal('Give --messages and --days together.');
  return { messages: Number(messages), days: Number(days) };
}
