import type { Request, Response } from 'express';
import { type Organisation, readOrganisation, saveOrganisation } from '../../../access/organisation.ts';
import { type Asset, listAssets } from '../../../media/assets.ts';
import { addressOf } from '../../../media/served.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, readingOf } from '../shell.ts';
import { fieldsOf, SETTINGS, showSettings } from './page.ts';

export const ORGANISATION = `${SETTINGS}/organisation`;
const FIELDS = ['nameEn', 'nameMl', 'addressEn', 'addressMl', 'footerEn', 'footerMl', 'helpAddress'] as const;
type Typed = Record<(typeof FIELDS)[number], string>;
/** Pictures from which a logo is chosen, the newest. */
const SHOWN = 60;

export const showOrganisation: Handler = (web) => async (req, res) => {
  const known = await readOrganisation(web.ground.sql);
  await show(web, { req, res, typed: typedOf(known), logo: known.logo });
};

export const takeOrganisation: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const form = readForm(req);
  const typed = Object.fromEntries(FIELDS.map((name) => [name, form.text(name).trim()])) as Typed;
  const logo = form.text('logo') || null;
  const errors: Partial<Typed> = {};
  if (!typed.nameEn) errors.nameEn = t('organisation.wrong.name');
  if (!typed.nameMl) errors.nameMl = t('organisation.wrong.name');
  if (typed.helpAddress && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed.helpAddress))
    errors.helpAddress = t('organisation.wrong.help');
  if (Object.keys(errors).length) return show(web, { req, res, typed, logo, errors });
  await saveOrganisation(web.ground, organisationOf(typed, logo), staffOf(res).user.email);
  leadOn(res, ORGANISATION, 'saved');
};

const typedOf = ({ name, address, footer, helpAddress }: Organisation): Typed => ({
  ...{ nameEn: name.en, nameMl: name.ml, addressEn: address.en, addressMl: address.ml },
  ...{ footerEn: footer.en, footerMl: footer.ml, helpAddress },
});

const organisationOf = (typed: Typed, logo: string | null): Organisation => ({
  name: { en: typed.nameEn, ml: typed.nameMl },
  address: { en: typed.addressEn, ml: typed.addressMl },
  footer: { en: typed.footerEn, ml: typed.footerMl },
  ...{ helpAddress: typed.helpAddress, logo },
});

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  logo: string | null;
  errors?: Partial<Typed>;
}

async function show(web: Web, { req, res, typed, logo, errors = {} }: Shown): Promise<void> {
  const { t } = readingOf(req, res);
  const pictures = (await listAssets(web.ground, SHOWN)).filter(({ kind }) => kind === 'picture');
  const data = {
    ...{ f: fieldsOf(FIELDS, typed, errors), noLogo: !logo, wrong: Object.keys(errors).length > 0 },
    pictures: pictures.map((picture) => pictureOf(picture, logo)),
  };
  const status = Object.keys(errors).length ? 422 : 200;
  await showSettings(web, { req, res, name: 'organisation', title: t('organisation.title'), data, status });
}

function pictureOf(asset: Asset, logo: string | null) {
  const [smallest] = asset.files;
  const src = smallest ? addressOf('', asset, smallest) : '';
  return { id: asset.id, name: asset.name, src, chosen: asset.id === logo };
}
