import type { Request, Response } from 'express';
import { found } from '../../../errors.ts';
import { readDesk, versionsOf } from '../../../pages/desk.ts';
import { readVersion, saveProject } from '../../../pages/projects.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { asked } from '../contacts/reading.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { differencesBetween } from './differences.ts';
import { tabsOf } from './tabs.ts';
import { PROJECTS, projectIdOf, STYLES, titleOf } from './words.ts';

/** Every version of a project's page. */
export const showVersions: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { project } = await readDesk(web.ground, projectIdOf(req));
  const data = {
    tabs: tabsOf({ web, req, res }, project.id, 'versions'),
    versions: (await versionsOf(web.ground, project.id)).map(({ version, madeBy, madeAt }) => ({
      ...{ number: version, at: madeAt, by: madeBy, current: version === project.version },
      ...{ shown: version === project.published, href: `${PROJECTS}/${project.id}/versions/${version}` },
    })),
  };
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'project-versions',
      title: titleOf(project, reading.language),
      data,
      styles: STYLES,
    },
    crumbs: [{ href: PROJECTS, text: reading.t('nav.projects') }],
  });
};

/** What a version says otherwise than another. */
export const showVersion: Handler = (web) => (req, res) => showOne(web, { req, res });

async function showOne(web: Web, { req, res, error }: { req: Request; res: Response; error?: string }) {
  const reading = readingOf(req, res);
  const { project } = await readDesk(web.ground, projectIdOf(req));
  const version = numberOf(String(req.params.version));
  const numbers = (await versionsOf(web.ground, project.id)).map((row) => row.version);
  const against = comparedWith(Number(asked(req, 'against')), { version, numbers });
  const content = await readVersion(web.ground.sql, project.id, version);
  const before = against ? await readVersion(web.ground.sql, project.id, against) : null;
  const path = `${PROJECTS}/${project.id}`;
  const data = {
    ...{ number: version, against, path, revision: project.version, error: error ?? null },
    ...(before ? differencesBetween(before, content, reading) : { languages: [], settings: [] }),
    options: numbers
      .filter((one) => one !== version)
      .map((one) => ({
        ...{ value: one, text: reading.t('versions.title', { number: one }), selected: one === against },
      })),
    mayRestore:
      version !== project.version &&
      web.allows(staffOf(res).user.roles, 'post', `${PROJECTS}/:id/versions/:version/restore`),
  };
  await showConsole(web, {
    ...{ req, res, name: 'project-version', title: reading.t('versions.title', { number: version }), data },
    ...{ status: error ? 409 : 200, styles: STYLES },
    crumbs: [
      { href: PROJECTS, text: reading.t('nav.projects') },
      { href: `${path}/versions`, text: titleOf(project, reading.language) },
    ],
  });
}

function numberOf(text: string): number {
  const version = /^\d{1,9}$/.test(text) ? Number(text) : null;
  return found(version, say`The project has no version ${JSON.stringify(text)}.`);
}

/** What was asked for, otherwise the one before; null for the first. */
function comparedWith(
  wish: number,
  { version, numbers }: { version: number; numbers: number[] },
): number | null {
  if (numbers.includes(wish) && wish !== version) return wish;
  return numbers.find((one) => one < version) ?? null;
}

/** Makes an earlier version the newest again. */
export const restore: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      const id = projectIdOf(req);
      const content = await readVersion(web.ground.sql, id, numberOf(String(req.params.version)));
      const expected = Number(readForm(req).text('revision'));
      await saveProject(web.ground, { id, expected, content }, staffOf(res).user.email);
      leadOn(res, `${PROJECTS}/${id}/page`, 'project-saved');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return showOne(web, { req, res, error: readingOf(req, res).said(refusal) });
    },
  );
