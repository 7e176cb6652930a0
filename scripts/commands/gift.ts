import type { Command } from 'commander';
import { findUser, requireRole } from '../../src/access/users.ts';
import { Refusal } from '../../src/errors.ts';
import { indianDay } from '../../src/giving/calendar.ts';
import { type OfflineKind, offlineKinds } from '../../src/giving/offline/kinds.ts';
import { listOffline, readOffline } from '../../src/giving/offline/read.ts';
import { recordOffline } from '../../src/giving/offline/record.ts';
import { bounceCheque, doubtGift, judgeDoubt, realiseCheque } from '../../src/giving/offline/reversal.ts';
import type { Ground } from '../../src/ground.ts';
import { type Entry, freshEntry, wishOf } from '../../src/http/console/offline/entry.ts';
import { formatAmount, translate } from '../../src/i18n.ts';
import { say } from '../../src/say.ts';
import { sentenceIn } from '../../src/sentences.ts';
import { answer, table, withGround } from '../lib/cli.ts';

interface Common {
  json?: boolean;
  as: string;
}
type Typed = Common & { set: string[]; [name: string]: unknown };

const TEXTS: [flag: string, field: keyof Entry['typed'], says: string][] = [
  ['--amount <rupees>', 'amount', 'how much, in rupees'],
  ['--day <day>', 'day', 'when it came, such as 2026-11-27; today unless said'],
  ['--fund <account>', 'fund', 'the fund it is for; the general one unless said'],
  ['--donor-kind <kind>', 'donorKind', 'individual, corporate, society …'],
  ['--source <answer>', 'source', 'where the money is from: person.india, person.foreign, company.india …'],
  ['--name <name>', 'name', 'who gives'],
  ['--phone <number>', 'phone', 'their number'],
  ['--email <address>', 'email', 'their address'],
  ['--address <text>', 'address', 'where they live'],
  ['--pan <pan>', 'pan', 'their PAN'],
  ['--passport <number>', 'passport', 'their passport, for gifts from abroad'],
  ['--language <tag>', 'language', 'en or ml'],
  ['--replaces <id>', 'replaces', 'the entry that was wrong and is undone'],
];

/** `gift …`: gifts that came without the gateway. */
export default function gift(program: Command): void {
  const group =
    program.commands.find((one) => one.name() === 'gift') ??
    program.command('gift').description('Gifts, as finance keeps them');
  addRecord(group);
  addList(group);
  addDeed(group, 'realise', 'The bank has realised a cheque', (ground, id, { day, actor }) =>
    realiseCheque(ground, { id, day }, actor),
  );
  addDeed(group, 'bounce', 'The bank has sent a cheque back', (ground, id, { day, actor }) =>
    bounceCheque(ground, { id, day }, actor),
  );
  addDeed(
    group,
    'undo',
    'Second look: an entry that somebody called wrong is undone',
    (ground, id, { actor }) => judgeDoubt(ground, { id, wrong: true }, actor),
  );
  addDoubt(group);
}

function addRecord(group: Command): void {
  const record = group
    .command('record <kind>')
    .description(`Enter a gift by hand: ${offlineKinds.join(', ')}`)
    .requiredOption('--as <user>', 'e-mail address of the user of finance who enters it')
    .option('--set <name=value...>', 'what its paper says, such as number=123456 bank="Bank, Kollam"', [])
    .option('--mail', 'the donor wants the receipt by mail')
    .option('--json', 'answer with one line of JSON');
  for (const [flag, , says] of TEXTS) record.option(flag, says);
  record.action((word: string, flags: Typed) =>
    withGround(async (ground) => {
      const kind = offlineKinds.find((one) => one === word);
      if (!kind) throw new Refusal(`"${word}" is no kind. There are ${offlineKinds.join(', ')}.`);
      const actor = await financeUser(ground, flags.as);
      const { wish, faults } = wishOf(entryOf(ground, kind, flags), {
        t: (key, values) => translate('en', key, values),
        said: (sentence) => sentenceIn('en', sentence),
      });
      if (Object.keys(faults).length)
        throw new Refusal(
          Object.entries(faults)
            .map(([name, what]) => `${name.replace(/^d-/, '')}: ${what}`)
            .join('\n'),
        );
      const id = await recordOffline(ground, wish, actor);
      const { state, receipt } = await readOffline(ground, id);
      answer(flags, { id, state, receipt: receipt?.number ?? null }, () =>
        receipt ? `Entered. Receipt ${receipt.number}.` : `Entered: ${state}.`,
      );
    }),
  );
}

function entryOf(ground: Ground, kind: OfflineKind, flags: Typed): Entry {
  const entry = freshEntry(kind, indianDay(ground.clock.now()));
  for (const [flag, field] of TEXTS) {
    const value =
      flags[
        flag
          .slice(2)
          .replace(/ .*/, '')
          .replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
      ];
    if (typeof value === 'string') entry.typed[field] = value;
  }
  if (flags.mail) entry.typed.mails = 'on';
  for (const pair of flags.set) {
    const at = pair.indexOf('=');
    if (at < 1) throw new Refusal(`Write --set as name=value, not "${pair}".`);
    entry.details[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return entry;
}

/** Somebody of finance, whose name the audit log keeps. */
export async function financeUser(ground: Ground, email: string): Promise<string> {
  const user = await findUser(ground, email);
  requireRole(user, ['finance'], say`keep the books`);
  return user.email;
}

function addList(group: Command): void {
  group
    .command('list')
    .description('The last gifts by hand')
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const rows = await listOffline(ground, { limit: 100 });
        answer(flags, rows, () =>
          rows.length
            ? table(
                rows.map(({ id, day, kind, state, amount, reference }) => ({
                  id,
                  day,
                  kind,
                  state,
                  amount: formatAmount(amount),
                  reference: reference ?? '',
                })),
              )
            : 'There are none yet: wecare gift record …',
        );
      }),
    );
}

type Deed = (ground: Ground, id: string, by: { day: string; actor: string }) => Promise<void>;

function addDeed(group: Command, name: string, says: string, work: Deed): void {
  group
    .command(`${name} <id>`)
    .description(says)
    .requiredOption('--as <user>', 'e-mail address of the user of finance')
    .option('--day <day>', 'on which day; today unless said')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, flags: Common & { day?: string }) =>
      withGround(async (ground) => {
        const day = flags.day ?? indianDay(ground.clock.now());
        await work(ground, id, { day, actor: await financeUser(ground, flags.as) });
        const { state } = await readOffline(ground, id);
        answer(flags, { id, state }, () => `Done: ${state}.`);
      }),
    );
}

function addDoubt(group: Command): void {
  group
    .command('doubt <id> <reason>')
    .description('Say that an entry is wrong; somebody else looks before it is undone')
    .requiredOption('--as <user>', 'e-mail address of the user of finance')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, reason: string, flags: Common) =>
      withGround(async (ground) => {
        await doubtGift(ground, { id, reason }, await financeUser(ground, flags.as));
        answer(flags, { id, doubted: true }, () => 'Noted. Somebody else of finance looks at it.');
      }),
    );
}
