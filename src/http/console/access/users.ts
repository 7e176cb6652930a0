import type { Request, Response } from 'express';
import { inviteUser, listStaff } from '../../../access/manage-users.ts';
import { requireFactorFor, rolesWithFactor } from '../../../access/second-factor-rule.ts';
import { emailFault, isTaken, nameFault, roles } from '../../../access/users.ts';
import { mailInvitation } from '../../../campaigns/staff-letters.ts';
import { type Language, languages } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { ADMINISTRATORS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, type Reading, readingOf, showConsole } from '../shell.ts';

export const USERS = '/console/users';

interface Typed {
  email: string;
  name: string;
  roles: string[];
  language: Language;
}

/** What is wrong with an invitation, by field. */
type Faults = Partial<Record<'email' | 'name' | 'roles', string>>;

const EMPTY: Typed = { email: '', name: '', roles: [], language: 'ml' };

const show: Handler = (web) => (req, res) => showList(web, { req, res, typed: EMPTY, faults: {} });

async function showList(
  web: Web,
  { req, res, typed, faults }: { req: Request; res: Response; typed: Typed; faults: Faults },
): Promise<void> {
  const reading = readingOf(req, res);
  const data = {
    ...{ users: await listStaff(web.ground), typed, faults, malayalam: typed.language === 'ml' },
    ...{ roles: roleChoices(reading, typed.roles), open: Object.keys(faults).length > 0 },
    factorRoles: roleChoices(reading, await rolesWithFactor(web.ground)),
  };
  const status = data.open ? 422 : 200;
  await showConsole(web, {
    req,
    res,
    name: 'users',
    title: reading.t('nav.users'),
    data,
    status,
    styles: ['access.css'],
  });
}

/** Every role with what it may do, some of them chosen. */
export const roleChoices = ({ t }: Reading, chosen: readonly string[]) =>
  roles.map((role) => ({
    ...{ role, checked: chosen.includes(role), name: t('staff.role', { role }) },
    may: t('staff.may', { role }),
  }));

/** Adds a user and mails their invitation. */
const invite: Handler = (web) => async (req, res) => {
  const { user: inviter } = staffOf(res);
  const typed = typedIn(readForm(req));
  const faults = await faultsOf(web, readingOf(req, res), typed);
  if (Object.keys(faults).length) return showList(web, { req, res, typed, faults });
  const { user, token } = await inviteUser(web.ground, typed, inviter.email);
  await mailInvitation(web.ground, { ...user, language: typed.language, inviter: inviter.name, token });
  leadOn(res, `${USERS}/${user.id}`, 'invited');
};

const typedIn = (form: Form): Typed => ({
  ...{ email: form.text('email').trim(), name: form.text('name').trim(), roles: form.all('roles') },
  language: languages.find((one) => one === form.text('language')) ?? 'ml',
});

async function faultsOf(web: Web, { t }: Reading, { email, name, roles: wished }: Typed): Promise<Faults> {
  const faults: Faults = {};
  if (emailFault(email)) faults.email = t('access-fault.email');
  else if (await isTaken(web.ground, email)) faults.email = t('access-fault.taken');
  if (nameFault(name)) faults.name = t('access-fault.name');
  if (!wished.length) faults.roles = t('access-fault.roles');
  return faults;
}

/** Says which roles must have a second factor. */
const takeRule: Handler = (web) => async (req, res) => {
  await requireFactorFor(web.ground, readForm(req).all('roles'), staffOf(res).user.email);
  leadOn(res, USERS, 'saved');
};

export const usersRoutes: Route[] = [
  { method: 'get', path: USERS, who: ADMINISTRATORS, does: 'lists who may come in', handle: show },
  { method: 'post', path: USERS, who: ADMINISTRATORS, does: 'invites somebody', handle: invite },
  {
    ...{ method: 'post', path: `${USERS}/second-factor`, who: ADMINISTRATORS },
    ...{ does: 'says which roles need a second factor', handle: takeRule },
  },
];
