import type { Request, Response } from 'express';
import { found } from '../../../errors.ts';
import { assetsNamed } from '../../../media/assets.ts';
import { addressOf } from '../../../media/served.ts';
import { listConsents, personsOn, sayPersons } from '../../../pages/consents.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { userOf } from '../newsletters/deeds.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { CONSENTS, STYLES } from './words.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One picture, and who can be recognised on it. */
export const showPersons: Handler = (web) => (req, res) => show(web, { req, res });

async function show(web: Web, { req, res, refused }: { req: Request; res: Response; refused?: string }) {
  const { t, language } = readingOf(req, res);
  const id = UUID.test(String(req.params.id)) ? String(req.params.id) : null;
  const [picture] = id ? await assetsNamed(web.ground, [id]) : [];
  const asset = found(
    picture?.kind === 'picture' ? picture : null,
    say`There is no such picture in the media library.`,
  );
  const said = await personsOn(web.ground, asset.id);
  const size = asset.files.find(({ width, ext }) => width >= 300 && ext !== 'webp') ?? asset.files.at(-1);
  const data = {
    ...{
      path: `${CONSENTS}/pictures/${asset.id}`,
      refused: refused ?? null,
      alt: asset.alt[language] ?? asset.name,
    },
    src: size ? addressOf('', asset, size) : null,
    ...{ nobody: said.persons === false, somebody: said.persons === true, barred: said.barred },
    consents: (await listConsents(web.ground))
      .filter(
        ({ id: one, covers, sheltered, withdrawnAt }) =>
          said.consents.includes(one) || (covers.includes('picture') && !sheltered && !withdrawnAt),
      )
      .map((one) => ({
        id: one.id,
        who: one.who,
        withdrawn: one.withdrawnAt !== null,
        chosen: said.consents.includes(one.id),
      })),
    mayWrite: web.allows(staffOf(res).user.roles, 'post', `${CONSENTS}/pictures/:id`),
  };
  await showConsole(web, {
    ...{ req, res, name: 'consent-picture', title: t('consents.picture', { name: asset.name }), data },
    ...{ styles: STYLES, status: refused ? 422 : 200 },
    crumbs: [{ href: CONSENTS, text: t('consents.title') }],
  });
}

export const postPersons: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const asset = String(req.params.id);
  const consents = form.all('consents').filter((id) => UUID.test(id));
  const { t, said } = readingOf(req, res);
  const answer = form.text('persons');
  if (answer !== 'yes' && answer !== 'no')
    return show(web, { req, res, refused: t('consents.picture.unsaid') });
  return orAgain(
    async () => {
      await sayPersons(web.ground, { asset, persons: answer === 'yes', consents }, userOf(res));
      leadOn(res, `${CONSENTS}/pictures/${asset}`, 'persons-said');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return show(web, { req, res, refused: said(refusal) });
    },
  );
};
