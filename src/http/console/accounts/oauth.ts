import type { Request, Response } from 'express';
import type { Connected } from '../../../../channels/social.ts';
import { findSocialAccount, saveSocialAccount } from '../../../deliveries/publications/accounts.ts';
import { type Brought, openBrought, sealBrought } from '../../../deliveries/publications/brought.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import { beginConnect, finishConnect, registerAt } from '../../../deliveries/publications/oauth.ts';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';

const userOf = (res: Response) => ({ ...staffOf(res).user, disabledAt: null });

interface Asked {
  req: Request;
  res: Response;
}

/**
 * Begins the way to a network and shows the link to it: a form that is answered with another site's address
 * leads nowhere under our policy (CSP form-action).
 */
export const leadOut: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const [account, endpoint] = [form.text('account'), form.text('endpoint').trim()];
  return orAgain(
    async () => {
      const { name, title } = networkOf(form.text('network'));
      if (endpoint) await registerAt(web.ground, userOf(res), { network: name, endpoint });
      const wish = { network: name, user: userOf(res), ...(account && { accountId: account }) };
      const href = await beginConnect(web.ground, wish);
      await page(
        web,
        { req, res },
        { name: 'social-out', data: { href, network: title, host: new URL(href).host, refused: null } },
      );
    },
    (refusal) => refuse(web, { req, res }, refusal),
  );
};

/** What a network sent back: which of its pages shall it be? */
export const showConnected: Handler = (web) => (req, res) => {
  const asked = (name: string) => (typeof req.query[name] === 'string' ? String(req.query[name]) : '');
  const [state, code] = [asked('state'), asked('code')];
  if (!state) return res.redirect(303, '/console/accounts');
  return orAgain(
    async () => {
      if (!code)
        throw new Refusal(
          say`The network was told not to connect us. Connect once more if that was a mistake.`,
          409,
        );
      const back = await finishConnect(web.ground, { state, code, user: userOf(res) });
      if (!back.choices.length)
        throw new Refusal(
          say`Nothing of this login may be published to by us. Sign in there as somebody who manages the page.`,
          409,
        );
      await choose(web, { req, res }, { ...back, userId: staffOf(res).user.id });
    },
    (refusal) => refuse(web, { req, res }, refusal),
  );
};

/** Connects the page that was chosen. */
export const takeConnected: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const brought = openBrought(web.ground, form.long('brought'), staffOf(res).user.id);
  const { network, accountId, choices } = brought;
  return orAgain(
    async () => {
      const chosen = choices[Number(form.text('choice'))] as Connected | undefined;
      if (!chosen) throw new Refusal(say`Choose which page is meant.`);
      const { credentials, settings } = chosen;
      const wish = { network, mode: 'program' as const, name: form.text('name'), credentials, settings };
      const { id } = await saveSocialAccount(web.ground, userOf(res), {
        ...wish,
        ...(accountId && { id: accountId }),
      });
      leadOn(res, `/console/accounts/${id}`, 'account-connected');
    },
    (refusal) =>
      choose(web, { req, res }, brought, {
        refusal,
        name: form.text('name'),
        choice: Number(form.text('choice')),
      }),
  );
};

async function choose(
  web: Web,
  asked: Asked,
  brought: Brought,
  typed: { refusal?: Refusal; name?: string; choice?: number } = {},
): Promise<void> {
  const { accountId, choices, network } = brought;
  const before = accountId ? await findSocialAccount(web.ground, accountId) : null;
  const reading = readingOf(asked.req, asked.res);
  const options = choices.map(({ identity }, n) => ({
    ...{ value: n, text: identity.name, url: identity.url ?? null, chosen: n === (typed.choice ?? 0) },
    other: Boolean(before?.identity && before.identity.id !== identity.id),
  }));
  const data = {
    ...{ options, network: networkOf(network).title, sealed: sealBrought(web.ground, brought) },
    name: typed.name ?? before?.name ?? choices[0]?.identity.name ?? '',
    ...{
      before: before?.identity?.name ?? null,
      refused: typed.refusal ? reading.said(typed.refusal) : null,
    },
  };
  await page(web, asked, { name: 'social-choose', data, status: typed.refusal ? 422 : 200 });
}

const refuse = (web: Web, asked: Asked, refusal: Refusal) =>
  page(web, asked, {
    ...{ name: 'social-out', status: refusal.status === 400 ? 422 : refusal.status },
    data: { href: null, network: '', host: '', refused: readingOf(asked.req, asked.res).said(refusal) },
  });

async function page(
  web: Web,
  { req, res }: Asked,
  { name, data, status = 200 }: { name: string; data: Record<string, unknown>; status?: number },
): Promise<void> {
  const { t } = readingOf(req, res);
  await showConsole(web, {
    ...{ req, res, name, title: t('social.connect'), data, status },
    crumbs: [{ href: '/console/accounts', text: t('social.title') }],
    styles: ['console-settings.css', 'console-posts.css'],
  });
}
