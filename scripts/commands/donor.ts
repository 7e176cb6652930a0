import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { eraseAsAsked } from '../../src/campaigns/persons.ts';
import { normaliseEmail } from '../../src/contacts/addresses.ts';
import { Refusal } from '../../src/errors.ts';
import { type Stream, streams } from '../../src/giving/accounts.ts';
import { type Giver, giverAt } from '../../src/giving/donor-link.ts';
import { openErasures } from '../../src/giving/erasure-requests.ts';
import { monthlyOf } from '../../src/giving/giver.ts';
import { stepMonthly } from '../../src/giving/monthly-change.ts';
import { statementFile } from '../../src/giving/statement.ts';
import type { Ground } from '../../src/ground.ts';
import { formatAmount } from '../../src/i18n.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

interface Flags {
  json?: boolean;
}

/** `donor …`: what donors ask for, done by staff. */
export default function donor(program: Command): void {
  const group = program.command('donor').description('Donors: their statements, monthly gifts and wishes');
  addStatement(group);
  addMonthly(group);
  addErasures(group);
}

function addStatement(group: Command): void {
  group
    .command('statement <email>')
    .description('Write the statement of a financial year as a PDF')
    .requiredOption('--year <year>', 'April to March, like 2026-27')
    .option('--stream <stream>', 'domestic or fcra', 'domestic')
    .option('--out <file>', 'where to write it')
    .option('--json', 'answer with one line of JSON')
    .action((email: string, flags: Flags & { year: string; stream: string; out?: string }) =>
      withGround(async (ground) => {
        const stream = streamOf(flags.stream);
        const giver = await requireGiver(ground, email);
        const paper = await statementFile(ground, ground.sql, {
          giver,
          period: { year: flags.year, stream },
        });
        const file = flags.out ?? paper.name;
        await writeFile(file, paper.bytes, { mode: 0o600 });
        answer(flags, { file, bytes: paper.bytes.length }, () => `Written to ${file}.`);
      }),
    );
}

function addMonthly(group: Command): void {
  group
    .command('monthly <email>')
    .description('Monthly gifts of a donor')
    .option('--json', 'answer with one line of JSON')
    .action((email: string, flags: Flags) =>
      withGround(async (ground) => {
        const all = await monthlyOf(ground.sql, await requireGiver(ground, email));
        const rows = all.map(({ id, amount, state, paid, method, nextAt }) => ({
          ...{ id, amount: formatAmount(amount), state, months: paid, method: method ?? '' },
          next: nextAt?.toISOString() ?? '',
        }));
        answer(flags, rows, () => (rows.length ? table(rows) : 'There are none.'));
      }),
    );
  group
    .command('stop <monthly-gift>')
    .description('End a monthly gift for good, as its donor asked')
    .option('--json', 'answer with one line of JSON')
    .action((id: string, flags: Flags) =>
      withGround(async (ground) => {
        await stepMonthly(ground, { id, step: 'cancel' }, { actor: actor() });
        answer(flags, { stopped: id }, () => 'It has ended. The donor is told by mail.');
      }),
    );
}

function addErasures(group: Command): void {
  group
    .command('erasures')
    .description('Who asked on their own page to be erased, and waits')
    .option('--json', 'answer with one line of JSON')
    .action((flags: Flags) =>
      withGround(async (ground) => {
        const all = await openErasures(ground);
        const rows = all.map(({ id, email, askedAt }) => ({
          ...{ id, email: email ?? '', asked: askedAt.toISOString() },
        }));
        answer(flags, rows, () => (rows.length ? table(rows) : 'Nobody waits.'));
      }),
    );
  group
    .command('erase <request>')
    .description('Do what such a wish asks for; what the tax law wants is kept')
    .requiredOption('--yes', 'confirms that this cannot be taken back')
    .option('--json', 'answer with one line of JSON')
    .action((request: string, flags: Flags) =>
      withGround(async (ground) => {
        await eraseAsAsked(ground, request, actor());
        answer(flags, { erased: request }, () => 'Erased. Receipts keep what the law wants.');
      }),
    );
}

function streamOf(word: string): Stream {
  const stream = streams.find((one) => one === word);
  if (!stream) throw new Refusal(`"${word}" is no stream. There are domestic and fcra.`);
  return stream;
}

async function requireGiver({ sql }: Ground, email: string): Promise<Giver> {
  const read = normaliseEmail(email);
  const giver = read.ok ? await giverAt(sql, read.value) : null;
  if (!giver) throw new Refusal(`Nobody gave by the address ${email}.`, 404);
  return giver;
}
