import type { Request, Response } from 'express';
import { listUsers } from '../../../access/users.ts';
import {
  addCampaign,
  beneficiaryKinds,
  type CampaignRead,
  type CampaignWish,
  changeCampaign,
  readCampaign,
} from '../../../campaigns/efforts.ts';
import type { Refusal } from '../../../errors.ts';
import type { MessageKey } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';

type Typed = Record<
  'name' | 'goal' | 'beneficiaryKind' | 'beneficiary' | 'startsOn' | 'endsOn' | 'ownerId',
  string
>;
type Faults = Partial<Record<keyof Typed, MessageKey>>;

const PATH = '/console/campaigns';
const DAY = /^\d{4}-\d\d-\d\d$/;

export const showNew: Handler = (web) => (req, res) =>
  showForm(web, { req, res, typed: { ...EMPTY, ownerId: staffOf(res).user.id }, campaign: null });

export const make: Handler = (web) => (req, res) => {
  const typed = typedIn(readForm(req));
  const faults = faultsIn(typed);
  const again = (refusal?: Refusal) => showForm(web, { req, res, typed, campaign: null, faults, refusal });
  if (Object.keys(faults).length) return again();
  return orAgain(async () => {
    const id = await addCampaign(web.ground, wishIn(typed), staffOf(res).user);
    leadOn(res, `${PATH}/${id}`, 'campaign-made');
  }, again);
};

export const showEdit: Handler = (web) => async (req, res) => {
  const campaign = await readCampaign(web.ground.sql, String(req.params.id));
  await showForm(web, { req, res, typed: typedOf(campaign), campaign });
};

export const change: Handler = (web) => async (req, res) => {
  const campaign = await readCampaign(web.ground.sql, String(req.params.id));
  const typed = typedIn(readForm(req));
  const faults = faultsIn(typed);
  const again = (refusal?: Refusal) => showForm(web, { req, res, typed, campaign, faults, refusal });
  if (Object.keys(faults).length) return again();
  await orAgain(async () => {
    await changeCampaign(web.ground, { id: campaign.id, wish: wishIn(typed) }, staffOf(res).user);
    leadOn(res, `${PATH}/${campaign.id}`, 'saved');
  }, again);
};

const EMPTY: Typed = {
  ...{ name: '', goal: '', beneficiaryKind: 'fund', beneficiary: '' },
  ...{ startsOn: '', endsOn: '', ownerId: '' },
};

const typedIn = (form: Form): Typed => {
  const names = Object.keys(EMPTY) as (keyof Typed)[];
  return Object.fromEntries(names.map((name) => [name, form.text(name).trim()])) as Typed;
};

const typedOf = (campaign: CampaignRead): Typed => {
  const names = Object.keys(EMPTY) as (keyof Typed)[];
  return Object.fromEntries(names.map((name) => [name, campaign[name] ?? ''])) as Typed;
};

function faultsIn({ name, startsOn, endsOn, beneficiaryKind, beneficiary }: Typed): Faults {
  const day = (text: string) => !text || (DAY.test(text) && !Number.isNaN(Date.parse(text)));
  return {
    ...(!name && { name: 'campaign.fault.name' as const }),
    ...(!day(startsOn) && { startsOn: 'campaign.fault.day' as const }),
    ...(!day(endsOn) && { endsOn: 'campaign.fault.day' as const }),
    ...(startsOn && endsOn && endsOn < startsOn && { endsOn: 'campaign.fault.order' as const }),
    ...(beneficiaryKind !== 'fund' && !beneficiary && { beneficiary: 'campaign.fault.beneficiary' as const }),
  };
}

const wishIn = (typed: Typed): CampaignWish => ({
  ...{ name: typed.name, goal: typed.goal || null, beneficiary: typed.beneficiary || null },
  beneficiaryKind: beneficiaryKinds.find((kind) => kind === typed.beneficiaryKind) ?? 'fund',
  ...{ startsOn: typed.startsOn || null, endsOn: typed.endsOn || null, ownerId: typed.ownerId || null },
});

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  campaign: CampaignRead | null;
  faults?: Faults;
  refusal?: Refusal | undefined;
}

async function showForm(web: Web, { req, res, typed, campaign, faults = {}, refusal }: Shown): Promise<void> {
  const { t, said } = readingOf(req, res);
  const users = await listUsers(web.ground);
  const errors = Object.fromEntries(
    Object.keys(EMPTY).map((name) => {
      const fault = faults[name as keyof Typed];
      return [name, fault ? t(fault) : null];
    }),
  );
  if (String(refusal?.sentence).startsWith('There is already')) errors.name = t('campaign.fault.taken');
  const data = {
    ...{ typed, errors, refused: refusal && !errors.name ? said(refusal) : null },
    ...{
      action: campaign ? `${PATH}/${campaign.id}` : PATH,
      back: campaign ? `${PATH}/${campaign.id}` : PATH,
    },
    isNew: !campaign,
    kinds: beneficiaryKinds.map((kind) => ({
      ...{ value: kind, text: t(`campaign.beneficiary.${kind}`), selected: kind === typed.beneficiaryKind },
    })),
    owners: users
      .filter(
        ({ roles, disabledAt }) => !disabledAt && roles.some((role) => /^(author|administrator)$/.test(role)),
      )
      .map(({ id, name }) => ({ value: id, text: name, selected: id === typed.ownerId })),
  };
  const crumbs = [{ href: PATH, text: t('nav.campaigns') }];
  if (campaign) crumbs.push({ href: `${PATH}/${campaign.id}`, text: campaign.name });
  await showConsole(web, {
    ...{ req, res, name: 'campaign-form', crumbs, data, styles: ['console-campaigns.css'] },
    title: t(campaign ? 'campaign.edit' : 'campaign.new'),
    status: refusal || Object.keys(faults).length ? 422 : 200,
  });
}
