import type { Request, Response } from 'express';
import {
  coverings,
  findConsent,
  listConsents,
  NewConsent,
  recordConsent,
  shelterPerson,
  withdrawConsent,
} from '../../../pages/consents.ts';
import { placesOf } from '../../../pages/places.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { userOf } from '../newsletters/deeds.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { CONSENTS, STYLES } from './words.ts';

/** Everybody who agreed to be shown, named or told of. */
export const list: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const rows = (await listConsents(web.ground)).map(
    ({ id, who, kind, guardian, covers, givenOn, sheltered, withdrawnAt, assets }) => ({
      ...{ href: `${CONSENTS}/${id}`, who, kind, guardian, sheltered, withdrawnAt, pictures: assets.length },
      ...{
        givenOn: new Date(`${givenOn}T00:00:00+05:30`),
        covers: covers.map((what) => t(`consents.covers.${what}`)).join(', '),
      },
    }),
  );
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', CONSENTS);
  const data = { rows, mayWrite, emptyHref: mayWrite ? `${CONSENTS}/new` : null };
  await showConsole(web, { req, res, name: 'consents', title: t('consents.title'), data, styles: STYLES });
};

interface Typed {
  kind: string;
  who: string;
  guardian: string;
  covers: string[];
  givenOn: string;
  paper: string;
  sheltered: boolean;
}

const NOTHING: Typed = {
  ...{ kind: 'self', who: '', guardian: '', covers: ['picture'], givenOn: '', paper: '', sheltered: false },
};

export const begin: Handler = (web) => (req, res) => showForm(web, { req, res, typed: NOTHING });

export const record: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const text = (name: string) => form.text(name).trim();
  const typed: Typed = {
    ...{ kind: text('kind'), who: text('who'), guardian: text('guardian'), covers: form.all('covers') },
    ...{ givenOn: text('givenOn'), paper: text('paper'), sheltered: text('sheltered') === 'yes' },
  };
  const { t, said } = readingOf(req, res);
  const checked = NewConsent.safeParse(typed);
  if (!checked.success) {
    const fields = checked.error.issues.map(({ path }) => [
      String(path[0]),
      t(`consents.fault.${faultKey(String(path[0]))}`),
    ]);
    return showForm(web, { req, res, typed, faults: Object.fromEntries(fields) });
  }
  await orAgain(
    async () => {
      const id = await recordConsent(web.ground, checked.data, userOf(res));
      leadOn(res, `${CONSENTS}/${id}`, 'consent-recorded');
    },
    (refusal) => showForm(web, { req, res, typed, faults: { covers: said(refusal) } }),
  );
};

const KEYS = ['who', 'guardian', 'covers', 'givenOn', 'paper'] as const;
const faultKey = (name: string): (typeof KEYS)[number] => KEYS.find((one) => one === name) ?? 'who';

type Faults = Record<string, string>;

async function showForm(
  web: Web,
  { req, res, typed, faults = {} }: { req: Request; res: Response; typed: Typed; faults?: Faults },
): Promise<void> {
  const { t } = readingOf(req, res);
  const data = {
    ...{ typed, child: typed.kind === 'guardian' },
    faults: { who: null, guardian: null, covers: null, givenOn: null, paper: null, ...faults },
    coverings: coverings.map((what) => ({
      ...{ value: what, text: t(`consents.covers.${what}`), checked: typed.covers.includes(what) },
    })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'consent-new', title: t('consents.new'), data, styles: STYLES },
    ...{
      status: Object.keys(faults).length ? 422 : 200,
      crumbs: [{ href: CONSENTS, text: t('consents.title') }],
    },
  });
}

/** One consent, and where its person was shown or told of. */
export const show: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const consent = await findConsent(web.ground, String(req.params.id));
  const data = {
    ...{ consent, path: `${CONSENTS}/${consent.id}`, places: await placesOf(web.ground.sql, consent) },
    givenOn: new Date(`${consent.givenOn}T00:00:00+05:30`),
    covers: consent.covers.map((what) => t(`consents.covers.${what}`)).join(', '),
    mayChange: web.allows(staffOf(res).user.roles, 'post', `${CONSENTS}/:id/withdrawal`),
  };
  await showConsole(web, {
    ...{ req, res, name: 'consent', title: consent.who, data, styles: STYLES },
    crumbs: [{ href: CONSENTS, text: t('consents.title') }],
  });
};

export const withdraw: Handler = (web) => async (req, res) => {
  await withdrawConsent(web.ground, String(req.params.id), userOf(res));
  leadOn(res, `${CONSENTS}/${String(req.params.id)}`, 'consent-taken-back');
};

export const shelter: Handler = (web) => async (req, res) => {
  await shelterPerson(web.ground, String(req.params.id), userOf(res));
  leadOn(res, `${CONSENTS}/${String(req.params.id)}`, 'consent-sheltered');
};
