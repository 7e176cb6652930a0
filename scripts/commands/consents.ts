import type { Command } from 'commander';
import { findUser, requireRole } from '../../src/access/users.ts';
import { type ConsentRecord, changeConsent, readConsents } from '../../src/contacts/consents.ts';
import type { Ground } from '../../src/ground.ts';
import { answer, table, withGround } from '../lib/cli.ts';
import { commandNamed } from '../lib/command-named.ts';
import { oneContact } from '../lib/one-contact.ts';

interface Flags {
  purpose: string;
  channel: string;
  basis: string;
  as: string;
}

/** `contacts consent …`: what a contact agreed to, with proof and history. */
export default function consents(program: Command): void {
  const consent = commandNamed(program, 'contacts')
    .command('consent')
    .description('Show what a contact agreed to, by id or address, since when, with proof and history')
    .argument('[contact]')
    .option('--json', 'answer with one line of JSON');
  consent.action((who: string | undefined, flags: { json?: boolean }) => {
    if (who === undefined) consent.help({ error: true });
    return withGround((ground) => show(ground, who as string, flags));
  });
  addChange(consent, { name: 'set', given: true, says: 'Note that a contact agreed, on paper or by word' });
  addChange(consent, {
    name: 'withdraw',
    given: false,
    says: 'Note that a contact wants no more of something',
  });
}

async function show(ground: Ground, who: string, flags: { json?: boolean }): Promise<void> {
  const known = await readConsents(ground.sql, await oneContact(ground, who));
  answer(flags, known, () => {
    if (!known.history.length) return 'Nothing was ever agreed to or withdrawn.';
    const holds = known.holds.length ? table(known.holds.map(inWords)) : 'Nothing holds.';
    const proofs = known.holds.map(
      ({ channel, purpose, proof }) => `${channel}, ${purpose}: ${JSON.stringify(proof)}`,
    );
    return [holds, '', 'Proof', ...proofs, '', 'History', table(known.history.map(inWords))].join('\n');
  });
}

const inWords = ({ channel, purpose, given, basis, at }: ConsentRecord) => ({
  ...{ channel, purpose, state: given ? 'given' : 'withdrawn' },
  ...{ since: at.toISOString().slice(0, 16).replace('T', ' '), basis },
});

interface Change {
  name: string;
  given: boolean;
  says: string;
}

function addChange(consent: Command, { name, given, says }: Change): void {
  consent
    .command(`${name} <contact>`)
    .description(says)
    .requiredOption('--purpose <purpose>', 'for what, such as newsletter')
    .option('--channel <channel>', 'email, sms or whatsapp', 'email')
    .requiredOption('--basis <text>', 'how it was said, such as "paper form of 3 May, file 12"')
    .requiredOption('--as <user>', 'e-mail address of the user who notes it')
    .option('--json', 'answer with one line of JSON')
    .action((who: string, flags: Flags, command: Command) =>
      withGround(async (ground) => {
        const user = await findUser(ground, flags.as);
        requireRole(user, ['author', 'administrator'], 'change consents');
        const { purpose, channel, basis } = flags;
        const contactId = await oneContact(ground, who);
        const wish = { contactId, channel, purpose, given, basis, actor: user.email };
        const changed = await changeConsent(ground, wish);
        const state = given ? 'given' : 'withdrawn';
        answer(command.optsWithGlobals(), { contact: contactId, channel, purpose, state, changed }, () =>
          changed ? `Noted: ${channel}, ${purpose} is ${state}.` : `It was ${state} already.`,
        );
      }),
    );
}
