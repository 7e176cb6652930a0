import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import { createKey, listKeys, revokeKey, scopes } from '../../../access/api-keys.ts';
import { findUser, listUsers } from '../../../access/users.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { fieldsOf, SETTINGS, showSettings } from './page.ts';

export const KEYS = `${SETTINGS}/api-keys`;

interface Typed {
  name: string;
  user: string;
  until: string;
  scopes: string[];
}

interface Shown {
  req: Request;
  res: Response;
  typed?: Typed;
  refused?: string;
  /** A key that was made just now, which nobody sees again. */
  made?: { key: string; name: string };
}

export const showKeys: Handler = (web) => (req, res) => show(web, { req, res });

export const makeKey: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const until = form.text('until');
  const typed = { name: form.text('name'), user: form.text('user'), until, scopes: form.all('scope') };
  return orAgain(
    async () => {
      const { user: me } = staffOf(res);
      const user = await findUser(web.ground, typed.user);
      const end = until ? DateTime.fromISO(until, { zone: me.zone }).endOf('day') : null;
      const wish = {
        name: typed.name,
        scopes: typed.scopes,
        user,
        ...(end && { expiresAt: end.toJSDate() }),
      };
      const { key } = await createKey(web.ground, wish, me.email);
      // Shown on the answer itself: an address with a key in it would stay in the history.
      await show(web, { req, res, made: { key, name: typed.name } });
    },
    (refusal) => show(web, { req, res, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

export const endKey: Handler = (web) => async (req, res) => {
  await revokeKey(web.ground, String(req.params.id), staffOf(res).user.email);
  leadOn(res, KEYS, 'key-ended');
};

async function show(web: Web, { req, res, typed, refused, made }: Shown): Promise<void> {
  const { t } = readingOf(req, res);
  const now = web.ground.clock.now();
  const [keys, users] = await Promise.all([listKeys(web.ground), listUsers(web.ground)]);
  const me = typed?.user ?? staffOf(res).user.email;
  const able = users.filter(({ disabledAt }) => !disabledAt);
  const data = {
    keys: keys.map((key) => ({ ...key, ...stateOf(key, now) })),
    users: able.map(({ email, name }) => ({
      value: email,
      text: `${name} (${email})`,
      selected: email === me,
    })),
    scopes: scopes.map((scope) => {
      const [part = '', act = ''] = scope.split(':');
      return {
        scope,
        words: t('keys.scope', { part, act }),
        checked: typed?.scopes.includes(scope) ?? false,
      };
    }),
    f: fieldsOf(
      ['name', 'until'],
      { name: typed?.name ?? '', until: typed?.until ?? '' },
      {
        ...(refused && !typed?.name.trim() && { name: t('keys.wrong.name') }),
      },
    ),
    ...{ made: made ?? null, refused: refused ?? null, noScope: Boolean(refused && !typed?.scopes.length) },
  };
  await showSettings(web, {
    req,
    res,
    name: 'api-keys',
    title: t('keys.title'),
    data,
    status: refused ? 422 : 200,
  });
}

function stateOf(key: { revokedAt: Date | null; expiresAt: Date | null }, now: Date) {
  if (key.revokedAt) return { look: 'failed', state: 'keys.state.ended', open: false };
  if (key.expiresAt && key.expiresAt <= now) return { look: 'held', state: 'keys.state.over', open: false };
  return { look: 'sent', state: 'keys.state.open', open: true };
}
