import type { Request, Response } from 'express';
import type { Network, OAuth } from '../../../../channels/social.ts';
import { appSummary, redirectUriOf, registerNetwork } from '../../../deliveries/publications/oauth.ts';
import { found, type Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { ADMINISTRATORS, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { titleIn } from './list.ts';
import { applyingIn, networkNamed } from './words.ts';

interface Asked {
  req: Request;
  res: Response;
  refusal?: Refusal;
  typed?: { clientId: string; endpoint: string };
}

const networkOf = (req: Request): Network => {
  const name = String(req.params.network);
  return found(networkNamed(name), say`No network is called “${name}”.`);
};

/** What to apply for at a network, where, how long it takes; and our registration with it. */
export const showNetwork: Handler = (web) => (req, res) => show(web, { req, res });

/** Keeps our registration with a network; the secret is never shown again. */
export const takeRegistration: Handler = (web) => (req, res) => {
  const { name } = networkOf(req);
  const form = readForm(req);
  const typed = { clientId: form.text('clientId').trim(), endpoint: form.text('endpoint').trim() };
  const app = { ...typed, clientSecret: form.text('clientSecret').trim() };
  return orAgain(
    async () => {
      await registerNetwork(web.ground, { ...staffOf(res).user, disabledAt: null }, { network: name, app });
      leadOn(res, `/console/accounts/networks/${name}`, 'network-registered');
    },
    (refusal) => show(web, { req, res, refusal, typed }),
  );
};

async function show(web: Web, { req, res, refusal, typed }: Asked): Promise<void> {
  const reading = readingOf(req, res);
  const network = networkOf(req);
  const { name, connect } = network;
  const app = connect?.kind === 'oauth' ? await appSummary(web.ground, name) : null;
  const title = titleIn(reading, name, network.title);
  const data = {
    ...{ name, apply: applyingIn(reading, name), retired: Boolean(network.retired) },
    mayChange: hasRole(staffOf(res), ADMINISTRATORS),
    oauth: connect?.kind === 'oauth' ? oauthOf(web, connect) : null,
    typed: typed ?? { clientId: app?.clientId ?? '', endpoint: app?.endpoint ?? '' },
    ...{ registeredAt: app?.updatedAt ?? null, refused: refusal ? reading.said(refusal) : null },
  };
  await showConsole(web, {
    ...{ req, res, name: 'social-network', title, data, status: refusal ? 422 : 200 },
    crumbs: [{ href: '/console/accounts', text: reading.t('social.title') }],
    styles: ['console-settings.css', 'console-posts.css'],
  });
}

const oauthOf = (web: Web, { scopes, register }: OAuth) => ({
  ...{ redirectUri: redirectUriOf(web.ground.config), scopes: scopes.join(' ') },
  registersItself: Boolean(register),
});
