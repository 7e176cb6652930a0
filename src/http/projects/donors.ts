import { findPublished } from '../../pages/published.ts';
import { readWall } from '../../pages/wall.ts';
import { otherLanguage, readerLanguage } from '../../reader.ts';
import { showPage } from '../pages.ts';
import type { Handler } from '../web.ts';
import { projectPath } from './address.ts';
import { queryOf } from './page.ts';
import { wallOf } from './sections.ts';
import { titleOf } from './words.ts';

const PER_PAGE = 60;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everybody who gave to a project, a page at a time; the newest first. */
export const showDonors: Handler = (web) => async (req, res) => {
  const { sql, clock } = web.ground;
  const project = await findPublished(sql, String(req.params.slug));
  const language = readerLanguage(req);
  const before = UUID.test(String(req.query.before ?? '')) ? String(req.query.before) : null;
  const gifts = await readWall(sql, project.id, { most: PER_PAGE + 1, before });
  const shown = gifts.slice(0, PER_PAGE);
  const [path, query] = [`${projectPath(project.slug)}/donors`, queryOf(req)];
  const more = (id: string, lang: string) => `${path}?before=${id}${lang.replace('?', '&')}`;
  const last = gifts.length > PER_PAGE ? shown.at(-1) : undefined;
  const other = `?lang=${otherLanguage(language)}`;
  res.set({ 'Cache-Control': 'public, max-age=10', 'X-Robots-Tag': 'noindex' });
  showPage(web, {
    ...{ req, res, name: 'project-donors' },
    data: {
      ...{ sheet: 'project.css', section: 'projects', wall: wallOf(shown, clock.now(), language) },
      ...{
        project: titleOf(project, language),
        gifts: project.goal.gifts,
        back: projectPath(project.slug) + query,
      },
      ...{ older: last ? more(last.id, query) : null, newest: before ? path + query : null },
      otherHref: before ? more(before, other) : path + other,
    },
  });
};
