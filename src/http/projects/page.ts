import type { Request, Response } from 'express';
import type { Language } from '../../i18n.ts';
import { readFigures } from '../../pages/figures.ts';
import { findPublished, type PublicProject } from '../../pages/published.ts';
import { askedLanguage, otherLanguage, readerLanguage } from '../../reader.ts';
import { drawPage, showPage } from '../pages.ts';
import type { Handler, Web } from '../web.ts';
import { projectPath } from './address.ts';
import { keyOf } from './front.ts';
import { projectCard } from './head.ts';
import { sendKept } from './keep.ts';
import { type Showing, shownProject } from './shown.ts';
import { titleOf } from './words.ts';

/** The page of a project, for everybody. */
export const showPublicProject: Handler = (web) => async (req, res) => {
  const slug = String(req.params.slug);
  const language = readerLanguage(req);
  const page = await web.kept.get(keyOf(slug, language, askedLanguage(req)), () =>
    draw(web, { req, slug, language }),
  );
  sendKept(req, res, page);
};

interface Asked {
  req: Request;
  slug: string;
  language: Language;
}

async function draw(web: Web, { req, slug, language }: Asked): Promise<string> {
  const project = await findPublished(web.ground.sql, slug);
  const showing = await showingOf(web, { project, language, query: queryOf(req) });
  const card = projectCard(web, showing);
  return drawPage(web, { req, ...pageOf(showing), data: { ...dataOf(showing), card } });
}

/** A project with its figures of now, in a language. */
export async function showingOf(
  { ground }: Web,
  { project, language, query }: { project: PublicProject; language: Language; query: string },
): Promise<Showing> {
  const now = ground.clock.now();
  const figures = await readFigures(ground.sql, project, now);
  return { project, figures, language, now, query, publicUrl: ground.config.publicUrl };
}

/**
 * Shows a project as its page will be, to staff: whatever version is given, public or not.
 * @param project its content is what is to be looked at
 */
export async function showProject(
  web: Web,
  {
    req,
    res,
    project,
    language,
  }: { req: Request; res: Response; project: PublicProject; language: Language },
): Promise<void> {
  const showing = { ...(await showingOf(web, { project, language, query: queryOf(req) })), preview: true };
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  const otherHref = `${req.path}?lang=${otherLanguage(language)}`;
  showPage(web, { req, res, ...pageOf(showing), data: { ...dataOf(showing), otherHref } });
}

const pageOf = ({ project, language }: Showing) => ({
  ...{ name: 'project', language, title: titleOf(project, language) },
});

const dataOf = (showing: Showing) => ({
  ...shownProject(showing),
  ...{ sheet: 'project.css', section: 'projects' },
  otherHref: `${projectPath(showing.project.slug)}?lang=${otherLanguage(showing.language)}`,
});

export const queryOf = (req: Request) => (askedLanguage(req) ? `?lang=${askedLanguage(req)}` : '');
