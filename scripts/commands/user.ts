import type { Command } from 'commander';
import { disableUser, enableUser, inviteUser, linkFor, setRoles } from '../../src/access/manage-users.ts';
import { linkAddress } from '../../src/access/one-time-links.ts';
import { dropSecondFactor } from '../../src/access/second-factor.ts';
import { listSessions, revokeSession, revokeSessions } from '../../src/access/sessions.ts';
import { addUser, findUser, listUsers, readUser, roles } from '../../src/access/users.ts';
import { mailInvitation } from '../../src/campaigns/staff-letters.ts';
import { Refusal } from '../../src/errors.ts';
import { type Language, languages } from '../../src/i18n.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';

interface Json {
  json?: boolean;
}

interface AddOptions extends Json {
  email: string;
  name: string;
  role: string[];
}

interface InviteOptions extends AddOptions {
  language: string;
}

interface SessionOptions extends Json {
  end?: string | true;
}

/** `wecare user`: who may come in, and what each may do. */
export default function user(program: Command): void {
  const users = program.command('user').description('who may write, approve and look');
  const command = (name: string, does: string) =>
    users.command(name).description(does).option('--json', 'answer in JSON');
  const person = (name: string, does: string) =>
    command(name, does)
      .requiredOption('--email <address>', 'their e-mail address')
      .requiredOption('--name <name>', 'their name')
      .requiredOption('--role <role...>', `one or more of ${roles.join(', ')}`);
  person('add', 'add a user').action(add);
  person('invite', 'add a user and mail them an invitation to the console')
    .option('--language <language>', `of the mail and the console: ${languages.join(' or ')}`, 'ml')
    .action(invite);
  command('list', 'list the users').action(list);
  command('link <email>', 'print a link, once usable, by which a user arrives or sets a new password').action(
    link,
  );
  command('roles <email> <role...>', 'give a user other roles, at once').action(changeRoles);
  command('disable <email>', 'end a user’s sessions and let them in no more').action(disable);
  command('enable <email>', 'let a disabled user in again').action(enable);
  command('second-factor-off <email>', 'take the second factor off somebody whose phone is lost').action(
    factorOff,
  );
  command('sessions <email>', 'list where a user is signed in, or end it')
    .option('--end [id]', 'end this session, or all')
    .action(sessions);
}

const add = (options: AddOptions) =>
  withGround(async (ground) => {
    const { email, name, role } = options;
    const added = await addUser(ground, { email, name, roles: role }, actor());
    answer(options, added, () => `${added.name} <${added.email}> is ${added.roles.join(', ')}.`);
  });

const invite = (options: InviteOptions) =>
  withGround(async (ground) => {
    const language = languageIn(options.language);
    const { email, name, role } = options;
    const invited = await inviteUser(ground, { email, name, roles: role, language }, actor());
    const said = {
      ...invited.user,
      language,
      inviter: ground.config.mailFrom.fromName,
      token: invited.token,
    };
    const notice = await mailInvitation(ground, said);
    answer(
      options,
      { ...invited.user, notice },
      () => `${name} is invited: a mail to ${invited.user.email} is in its lane.`,
    );
  });

function languageIn(wish: string): Language {
  const language = languages.find((one) => one === wish);
  if (language) return language;
  throw new Refusal(`--language is ${languages.join(' or ')}.`);
}

const list = (options: Json) =>
  withGround(async (ground) => {
    const all = await listUsers(ground);
    const row = (u: (typeof all)[number]) => ({
      ...{ name: u.name, email: u.email, roles: u.roles.join(', ') },
      ...{ state: u.disabledAt ? 'disabled' : 'active' },
    });
    answer(options, all, () => (all.length ? table(all.map(row)) : 'There are no users yet.'));
  });

/** For an installation whose mail does not work yet, and for a person who stands at the desk. */
const link = (email: string, options: Json) =>
  withGround(async (ground) => {
    const { id } = await findUser(ground, email);
    const { user: of, kind, token } = await linkFor(ground, id, actor());
    const url = linkAddress(ground, kind, token);
    const until = kind === 'reset' ? 'one hour' : 'seven days';
    answer(
      options,
      { email: of.email, kind, url },
      () => `${url}\nIt opens once, within ${until}. Give it to ${of.name} only.`,
    );
  });

const changeRoles = (email: string, wished: string[], options: Json) =>
  withGround(async (ground) => {
    const found = await readUser(ground, email);
    const given = await setRoles(ground, found.id, wished, actor());
    answer(
      options,
      { ...found, roles: given },
      () => `${found.name} <${found.email}> is ${given.join(', ')}.`,
    );
  });

const disable = (email: string, options: Json) =>
  withGround(async (ground) => {
    const found = await readUser(ground, email);
    await disableUser(ground, found.id, actor());
    answer(
      options,
      await readUser(ground, email),
      () => `${found.email} is disabled; all their sessions have ended.`,
    );
  });

const enable = (email: string, options: Json) =>
  withGround(async (ground) => {
    const found = await readUser(ground, email);
    await enableUser(ground, found.id, actor());
    answer(options, await readUser(ground, email), () => `${found.email} may sign in again.`);
  });

const factorOff = (email: string, options: Json) =>
  withGround(async (ground) => {
    const found = await readUser(ground, email);
    await dropSecondFactor(ground, found, actor());
    answer(
      options,
      found,
      () => `${found.email} signs in with the password alone until they set up another.`,
    );
  });

const sessions = (email: string, options: SessionOptions) =>
  withGround(async (ground) => {
    const { id: userId } = await readUser(ground, email);
    if (options.end === true) {
      const ended = await revokeSessions(ground.sql, { userId, why: 'ended at the machine' }, actor());
      return answer(options, { ended }, () => `${ended} sessions of ${email} have ended.`);
    }
    if (options.end) {
      await revokeSession(ground, { userId, id: options.end }, actor());
      return answer(options, { ended: 1 }, () => 'That session has ended.');
    }
    const all = await listSessions(ground, userId);
    const row = ({ id, agent, network, seenAt }: (typeof all)[number]) => ({
      ...{ id, browser: agent, from: network, seen: seenAt.toISOString().slice(0, 16).replace('T', ' ') },
    });
    answer(options, all, () => (all.length ? table(all.map(row)) : `${email} is signed in nowhere.`));
  });
