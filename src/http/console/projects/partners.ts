import type { Request, Response } from 'express';
import { formatAmount } from '../../../i18n.ts';
import { readRupees } from '../../../money.ts';
import { readDesk } from '../../../pages/desk.ts';
import { endOffer, listOffers, makeOffer, NewOffer } from '../../../pages/offers.ts';
import { addSponsor, endSponsor, listSponsors, NewSponsor } from '../../../pages/sponsors.ts';
import { readForm } from '../../form.ts';
import { APPROVERS, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { userOf } from '../newsletters/deeds.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { tabsOf } from './tabs.ts';
import { PROJECTS, projectIdOf, STYLES, titleOf } from './words.ts';

const SPONSOR = ['en', 'ml', 'amount', 'asset', 'url', 'whole'];
const OFFER = ['en', 'ml', 'percent', 'amount', 'from', 'until'];

/** Who carries the project, and who adds to its gifts. */
export const showPartners: Handler = (web) => (req, res) => show(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  /** The form that was refused, with what was typed there and what will not do. */
  form?: 'sponsor' | 'offer';
  typed?: Record<string, string>;
  faults?: Record<string, string>;
  refused?: string;
}

const blank = (names: string[], before: Record<string, string> = {}) =>
  Object.fromEntries(names.map((name) => [name, before[name] ?? '']));
const none = (names: string[], faults: Record<string, string> = {}) =>
  Object.fromEntries(names.map((name) => [name, faults[name] ?? null]));

async function show(web: Web, { req, res, form, typed, faults, refused }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { project } = await readDesk(web.ground, projectIdOf(req));
  const now = web.ground.clock.now();
  const of = (name: Showing['form'], fields: string[], usual: Record<string, string> = {}) => ({
    typed: blank(fields, form === name ? typed : usual),
    faults: none(fields, form === name ? faults : {}),
    refused: form === name ? (refused ?? null) : null,
  });
  const data = {
    path: `${PROJECTS}/${project.id}`,
    tabs: tabsOf({ web, req, res }, project.id, 'partners'),
    mayDecide: hasRole(staffOf(res), APPROVERS),
    ...{ sponsor: of('sponsor', SPONSOR), offer: of('offer', OFFER, { percent: '100' }) },
    sponsors: (await listSponsors(web.ground, project.id)).map(({ id, name, whole, amount, url }) => ({
      ...{ id, name: name[reading.language] || name.en || name.ml, whole, url },
      amount: amount && formatAmount(amount),
    })),
    offers: (await listOffers(web.ground, project.id)).map((offer) => {
      const { id, sponsor, percent, amount, taken, held, opensAt, closesAt, endedAt } = offer;
      const over = endedAt !== null || (closesAt !== null && closesAt <= now);
      return {
        ...{
          id,
          sponsor: sponsor[reading.language] || sponsor.en || sponsor.ml,
          percent,
          opensAt,
          closesAt,
          endedAt,
        },
        ...{
          amount: formatAmount(amount),
          taken: formatAmount(taken),
          held: held ? formatAmount(held) : null,
        },
        badge: stateOf({ over, coming: opensAt > now, used: taken + held >= amount }, reading.t),
        mayEnd: endedAt === null,
      };
    }),
  };
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'project-partners',
      title: titleOf(project, reading.language),
      data,
      styles: STYLES,
    },
    ...{ status: form ? 422 : 200, crumbs: [{ href: PROJECTS, text: reading.t('nav.projects') }] },
  });
}

function stateOf(
  { over, coming, used }: { over: boolean; coming: boolean; used: boolean },
  t: ReturnType<typeof readingOf>['t'],
) {
  if (over) return { look: 'held', text: t('desk.offer.over') };
  if (used) return { look: 'sent', text: t('desk.offer.used') };
  return coming
    ? { look: 'planned', text: t('desk.offer.coming') }
    : { look: 'sending', text: t('desk.offer.running') };
}

/** Adds by one of the two forms: done, or the page again with what was typed. */
const adding =
  (form: 'sponsor' | 'offer'): Handler =>
  (web) =>
  async (req, res) => {
    const projectId = projectIdOf(req);
    const read = readForm(req);
    const names = form === 'sponsor' ? SPONSOR : OFFER;
    const typed = Object.fromEntries(names.map((name) => [name, read.text(name).trim()]));
    const { t, said } = readingOf(req, res);
    const wish = form === 'sponsor' ? sponsorOf(typed) : offerOf(typed);
    const checked = (form === 'sponsor' ? NewSponsor : NewOffer).safeParse(wish);
    const faults = Object.fromEntries(
      (checked.error?.issues ?? []).map(({ path }) => faultOf(path.map(String), t)),
    );
    if (!checked.success) return show(web, { req, res, form, typed, faults });
    await orAgain(
      async () => {
        if (form === 'sponsor') await addSponsor(web.ground, { projectId, sponsor: wish }, userOf(res));
        else await makeOffer(web.ground, { projectId, offer: wish }, userOf(res));
        leadOn(res, `${PROJECTS}/${projectId}/partners`, form === 'sponsor' ? 'sponsor-added' : 'offer-made');
      },
      (refusal) => show(web, { req, res, form, typed, refused: said(refusal) }),
    );
  };

export const postSponsor = adding('sponsor');
export const postOffer = adding('offer');

/** Whole paise as text; what cannot be read stays as typed, for the schema to refuse. */
function paiseOf(text = ''): string | null {
  const read = readRupees(text);
  if (read.ok) return String(read.paise);
  return text || null;
}

const sponsorOf = ({ en = '', ml = '', amount, asset, url, whole }: Record<string, string>) => ({
  ...{ name: { en, ml }, whole: whole === 'yes', amount: paiseOf(amount), url: url || null },
  asset: asset ? asset.replace(/^asset:/i, '') : null,
});

const offerOf = ({ en = '', ml = '', percent, amount, from, until }: Record<string, string>) => ({
  ...{ sponsor: { en, ml }, percent: Number(percent), amount: paiseOf(amount) ?? '' },
  ...{ from: from || null, until: until || null },
});

function faultOf([first = '']: string[], t: ReturnType<typeof readingOf>['t']): [string, string] {
  if (first === 'amount') return ['amount', t('desk.fault.amount')];
  if (first === 'percent') return ['percent', t('desk.fault.percent')];
  if (first === 'asset') return ['asset', t('desk.fault.picture')];
  if (first === 'url') return ['url', t('desk.fault.url')];
  if (first === 'from' || first === 'until') return [first, t('desk.fault.date')];
  return ['en', t('desk.fault.name')];
}

const ending =
  (form: 'sponsor' | 'offer'): Handler =>
  (web) =>
  async (req, res) => {
    const projectId = projectIdOf(req);
    const wish = { projectId, id: String(req.params.one) };
    await (form === 'sponsor' ? endSponsor : endOffer)(web.ground, wish, userOf(res));
    leadOn(res, `${PROJECTS}/${projectId}/partners`, form === 'sponsor' ? 'sponsor-ended' : 'offer-ended');
  };

export const dropSponsor = ending('sponsor');
export const dropOffer = ending('offer');
