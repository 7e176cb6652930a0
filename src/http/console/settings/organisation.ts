import { readFile } from 'node:fs/promises';
import type { Request, Response } from 'express';
import { readOrganisation } from '../../../access/organisation.ts';
import { Refusal } from '../../../errors.ts';
import { addAsset } from '../../../media/add.ts';
import { type Asset, assetsNamed, listAssets } from '../../../media/assets.ts';
import { readBrand, saveBrand } from '../../../media/brand.ts';
import { addressOf } from '../../../media/served.ts';
import { say } from '../../../say.ts';
import { type ReceivedForm, receiveForm } from '../../multipart.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { userOf } from '../messages/editor.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import {
  type Faults,
  FIELDS,
  faultsOf,
  organisationOf,
  readTyped,
  type Typed,
  typedOf,
} from './organisation-form.ts';
import { fieldsOf, SETTINGS, showSettings } from './page.ts';

export const ORGANISATION = `${SETTINGS}/organisation`;
/** Pictures from which a logo is chosen, the newest. */
const SHOWN = 60;
/** A logo of a printer's may be large; the library makes it small. */
const LONGEST = 25 * 1024 * 1024;

export const showOrganisation: Handler = (web) => async (req, res) => {
  const known = await readOrganisation(web.ground.sql);
  await show(web, { req, res, typed: typedOf(known), logo: known.logo });
};

/** A picture that was added stays chosen, whatever else is wrong. */
export const takeOrganisation: Handler = (web) => async (req, res) => {
  const form = await receiveForm(req, res, { longest: LONGEST });
  const typed = readTyped(form);
  let logo = form.text('logo') || null;
  await orAgain(
    async () => {
      logo = (await addedLogo(web, { form, res })) ?? logo;
      const errors = faultsOf(typed, readingOf(req, res));
      if (Object.keys(errors).length) return show(web, { req, res, typed, logo, errors });
      await saveBrand(web.ground, organisationOf(typed, logo), staffOf(res).user.email);
      await web.brand.look('now');
      leadOn(res, ORGANISATION, 'saved');
    },
    (refusal) => show(web, { req, res, typed, logo, refused: readingOf(req, res).said(refusal) }),
  );
};

async function addedLogo(web: Web, { form, res }: { form: ReceivedForm; res: Response }) {
  if (!form.file) return null;
  const { path, name } = form.file;
  const { asset } = await addAsset(web.ground, { name, bytes: await readFile(path) }, userOf(res));
  if (asset.kind !== 'picture') throw new Refusal(say`${asset.name} is no picture. Add a JPEG, PNG or WebP.`);
  return asset.id;
}

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  logo: string | null;
  errors?: Faults;
  refused?: string;
}

async function show(web: Web, { req, res, typed, logo, errors = {}, refused }: Shown): Promise<void> {
  const { t } = readingOf(req, res);
  const { accents } = await readBrand(web.ground);
  const wrong = Object.keys(errors).length > 0;
  const data = {
    ...{ f: fieldsOf(FIELDS, typed, errors), noLogo: !logo, wrong, refused: refused ?? null },
    accents: accents && { accent: accents.light.accent, dark: accents.dark.accent },
    pictures: (await picturesFor(web, logo)).map((picture) => pictureOf(picture, logo)),
  };
  const status = wrong || refused ? 422 : 200;
  await showSettings(web, { req, res, name: 'organisation', title: t('organisation.title'), data, status });
}

/** The one that is chosen first, however old. */
async function picturesFor({ ground }: Web, logo: string | null): Promise<Asset[]> {
  const newest = (await listAssets(ground, SHOWN)).filter(
    ({ kind, id }) => kind === 'picture' && id !== logo,
  );
  const chosen = logo && /^[0-9a-f-]{36}$/i.test(logo) ? await assetsNamed(ground, [logo]) : [];
  return [...chosen, ...newest];
}

function pictureOf(asset: Asset, logo: string | null) {
  const [smallest] = asset.files;
  const src = smallest ? addressOf('', asset, smallest) : '';
  return { id: asset.id, name: asset.name, src, chosen: asset.id === logo };
}
