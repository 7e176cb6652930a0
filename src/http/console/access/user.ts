import type { Request, Response } from 'express';
import { disableUser, enableUser, linkFor, readStaff, setRoles } from '../../../access/manage-users.ts';
import { dropSecondFactor } from '../../../access/second-factor.ts';
import { listSessions, revokeSession, revokeSessions } from '../../../access/sessions.ts';
import { mailInvitation, mailReset } from '../../../campaigns/staff-letters.ts';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { ADMINISTRATORS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { askPassword } from './account.ts';
import { inWords } from './device.ts';
import { roleChoices, USERS } from './users.ts';

const ONE = `${USERS}/:id`;

const show: Handler = (web) => (req, res) => showOne(web, { req, res });

interface Shown {
  req: Request;
  res: Response;
  /** What was refused, in a sentence. */
  refused?: string;
  wrongRoles?: boolean;
  wrongOld?: boolean;
}

async function showOne(web: Web, { req, res, refused, wrongRoles, wrongOld }: Shown): Promise<void> {
  const id = String(req.params.id);
  const user = await readStaff(web.ground, id);
  const reading = readingOf(req, res);
  const data = {
    ...{
      user,
      own: id === staffOf(res).user.id,
      here: `${USERS}/${id}`,
      roles: roleChoices(reading, user.roles),
    },
    sessions: (await listSessions(web.ground, id)).map((one) => inWords(one, reading.language)),
    refused: refused ?? null,
    ...{ rolesError: wrongRoles ? reading.t('access-fault.roles') : null, wrongOld: wrongOld ?? false },
  };
  const crumbs = [{ href: USERS, text: reading.t('nav.users') }];
  const status = refused ? 409 : wrongRoles || wrongOld ? 422 : 200;
  await showConsole(web, {
    req,
    res,
    name: 'user',
    title: user.name,
    crumbs,
    data,
    status,
    styles: ['access.css'],
  });
}

interface Deed {
  web: Web;
  req: Request;
  id: string;
  actor: string;
}

/** Something done to the user of `:id`, after which their page says that it was, or why it was not. */
const deed =
  (done: string, work: (deed: Deed) => Promise<unknown>): Handler =>
  (web) =>
  (req, res) => {
    const id = String(req.params.id);
    const { user } = staffOf(res);
    return orAgain(
      async () => {
        await readStaff(web.ground, id);
        await work({ web, req, id, actor: user.email });
        leadOn(res, `${USERS}/${id}`, done);
      },
      (refusal) =>
        refusal.status === 404
          ? fail(refusal)
          : showOne(web, { req, res, refused: readingOf(req, res).said(refusal) }),
    );
  };

const fail = (refusal: Refusal): never => {
  throw refusal;
};

const takeRoles: Handler = (web) => {
  const save = deed('roles', ({ web: { ground }, req, id, actor }) =>
    setRoles(ground, id, readForm(req).all('roles'), actor),
  )(web);
  return (req, res, next) =>
    readForm(req).all('roles').length ? save(req, res, next) : showOne(web, { req, res, wrongRoles: true });
};

const takeState = deed('saved', async ({ web: { ground }, req, id, actor }) => {
  const state = readForm(req).text('state');
  if (state === 'disabled') return disableUser(ground, id, actor);
  if (state === 'active') return enableUser(ground, id, actor);
  throw new Refusal(say`A user is made active or disabled.`);
});

/** Ends one session, or all where the form names none. */
const endSessions = deed('sessions', async ({ web: { ground }, req, id, actor }) => {
  const session = readForm(req).text('session');
  if (session) return revokeSession(ground, { userId: id, id: session }, actor);
  return revokeSessions(ground.sql, { userId: id, why: 'ended by an administrator' }, actor);
});

/** Mails the invitation again, or a link for a new password to somebody who has arrived. */
const sendLink: Handler = (web) => (req, res, next) => {
  const inviter = staffOf(res).user.name;
  return deed('link', async ({ web: { ground }, id, actor }) => {
    const { user, kind, token } = await linkFor(ground, id, actor);
    if (kind === 'reset') return mailReset(ground, { ...user, token });
    return mailInvitation(ground, { ...user, inviter, token });
  })(web)(req, res, next);
};

/** Takes the second factor off somebody whose phone is lost; the administrator proves who they are. */
const takeFactorOff: Handler = (web) => {
  const ask = askPassword(web);
  const drop = deed('factor-off', async ({ web: { ground }, id, actor }) =>
    dropSecondFactor(ground, await readStaff(ground, id), actor),
  )(web);
  return async (req, res, next) => {
    if ((await ask(req, staffOf(res))) === 'right') return drop(req, res, next);
    await showOne(web, { req, res, wrongOld: true });
  };
};

const route = (path: string, does: string, handle: Handler): Route => ({
  ...{ method: 'post', path: `${ONE}${path}`, who: ADMINISTRATORS, does, handle },
});

export const userRoutes: Route[] = [
  { method: 'get', path: ONE, who: ADMINISTRATORS, does: 'shows one user', handle: show },
  route('/roles', 'gives other roles', takeRoles),
  route('/state', 'disables or enables', takeState),
  route('/sessions', 'ends sessions', endSessions),
  route('/link', 'mails an invitation, or a link for a new password', sendLink),
  route('/second-factor', 'takes the second factor off', takeFactorOff),
];
