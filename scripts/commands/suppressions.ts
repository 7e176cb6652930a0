import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { audit } from '../../src/access/audit.ts';
import { readAddress } from '../../src/contacts/addresses.ts';
import { liftSuppression, listSuppressions, suppress } from '../../src/contacts/suppression.ts';
import { exportSuppressions, importSuppressions } from '../../src/contacts/suppression-file.ts';
import { type Connection, transaction } from '../../src/db.ts';
import { Refusal } from '../../src/errors.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

const JSON_FLAG = ['--json', 'answer with one line of JSON'] as const;
const SHOWN = 200;

/** `suppressions …`, `suppress` and `unsuppress`. */
export default function suppressions(program: Command): void {
  const suppressions = program
    .command('suppressions')
    .description('Addresses that must not be written to, and why')
    .option(...JSON_FLAG);
  suppressions.action((flags: { json?: boolean }) => showSuppressions(flags));
  addFiles(suppressions);
  addSingle(program);
}

const showSuppressions = (flags: { json?: boolean }) =>
  withGround(async ({ sql }) => {
    const some = await listSuppressions(sql, { limit: SHOWN + 1 });
    const shown = some.slice(0, SHOWN);
    const rows = shown.map(({ value, channel, reason, source, at, expiresAt }) => ({
      ...{ channel, address: value ?? '(erased)', reason, source, since: dayOf(at) },
      until: expiresAt ? dayOf(expiresAt) : '',
    }));
    const more = some.length > SHOWN ? `\n… and more: wecare suppressions export FILE writes all.` : '';
    answer(flags, shown, () => (rows.length ? table(rows) + more : 'No address is suppressed.'));
  });

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

function addFiles(suppressions: Command): void {
  suppressions
    .command('export <file>')
    .description('Write all suppressions as CSV')
    .option(...JSON_FLAG)
    .action((file: string, _: unknown, command: Command) =>
      withGround(async (ground) => {
        const to = createWriteStream(file, { mode: 0o600 });
        await pipeline(Readable.from(exportSuppressions(ground)), to).catch(
          (error: NodeJS.ErrnoException) => {
            if (!error.syscall) throw error;
            throw new Refusal(`${file} cannot be written (${error.code}). Name another file.`);
          },
        );
        answer(command.optsWithGlobals(), { file }, () => `Wrote ${file}.`);
      }),
    );
  suppressions
    .command('import <file>')
    .description('Suppress every address of a CSV file that has a column "address", "email" or "phone"')
    .option('--reason <text>', 'for rows that state none', 'manual')
    .option(...JSON_FLAG)
    .action((file: string, flags: { reason: string }, command: Command) =>
      withGround(async (ground) => {
        const figures = await importSuppressions(ground, { file, reason: flags.reason, actor: actor() });
        answer(command.optsWithGlobals(), figures, () => table([figures]));
      }),
    );
}

function addSingle(program: Command): void {
  program
    .command('suppress <address>')
    .description('Never write to an e-mail address or phone number again')
    .requiredOption('--reason <text>', 'why')
    .option(...JSON_FLAG)
    .action((text: string, flags: { reason: string; json?: boolean }) =>
      change(text, 'suppressed', async (connection, address) => {
        if (!flags.reason.trim()) throw new Refusal('Say why with --reason: who asks later must be told.');
        await suppress(connection, { ...address, reason: flags.reason, source: actor() });
        answer(flags, { suppressed: address }, () => `${address.value} will not be written to.`);
      }),
    );
  program
    .command('unsuppress <address>')
    .description('Allow an address again; consent is still needed')
    .option(...JSON_FLAG)
    .action((text: string, flags: { json?: boolean }) =>
      change(text, 'lifted', async (connection, address) => {
        const was = await liftSuppression(connection, address.channel, address.value);
        if (!was) throw new Refusal(`${address.value} was not suppressed.`, 404);
        answer(flags, { lifted: address }, () => `${address.value} may be written to again, with consent.`);
      }),
    );
}

type Address = ReturnType<typeof readAddress>;

/** The audit log names the address by its hash: it keeps no personal data. */
const change = (text: string, what: string, work: (sql: Connection, address: Address) => Promise<void>) =>
  withGround(({ sql }) =>
    transaction(sql, async (connection) => {
      const address = readAddress(text);
      await work(connection, address);
      const { rows } = await connection.query('SELECT address_hash($1, $2)::text AS hash', [
        ...[address.channel, address.value],
      ]);
      await audit(connection, {
        ...{ actor: actor(), action: `address.${what}`, subjectType: 'suppression', origin: 'cli' },
        subjectId: rows[0].hash,
      });
    }),
  );
