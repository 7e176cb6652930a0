import type { Request } from 'express';
import type { Language } from '../../i18n.ts';
import { translate } from '../../i18n.ts';
import { themes } from '../../pages/content.ts';
import { PER_PAGE, type ProjectSearch, type ProjectsFound, searchProjects } from '../../pages/listing.ts';
import { plainOf } from '../../pages/prose.ts';
import type { PublicProject } from '../../pages/published.ts';
import { otherLanguage, readerLanguage } from '../../reader.ts';
import { cardOf } from '../card.ts';
import { showPage } from '../pages.ts';
import type { Handler, Web } from '../web.ts';
import { projectPath } from './address.ts';
import { queryOf } from './page.ts';
import { shownPicture } from './pictures.ts';
import { progressOf } from './progress.ts';
import { districtName, placeOf, saidIn } from './words.ts';

const PATH = '/projects';
const LONGEST = 100;

/** Every project that is public, and a search in them. */
export const listProjects: Handler = (web) => async (req, res) => {
  const language = readerLanguage(req);
  const search = searchOf(req);
  const found = await searchProjects(web.ground.sql, search, web.ground.clock.now());
  const title = translate(language, 'projects.heading');
  const card = cardOf(web, {
    language,
    path: PATH,
    title,
    description: translate(language, 'projects.lede'),
  });
  const data = {
    ...{ sheet: 'project.css', section: 'projects', card, search, path: PATH },
    ...{ count: found.count, searched: isSearch(search), asked: queryOf(req) ? language : null },
    tiles: found.projects.map((project) => tileOf(web, { project, found, language, query: queryOf(req) })),
    ...choicesOf(search, found, language),
    ...pagesOf(search, found.count, queryOf(req)),
    otherHref: hrefOf(search, `?lang=${otherLanguage(language)}`),
  };
  res.set('Cache-Control', 'public, max-age=30');
  showPage(web, { req, res, name: 'projects', data });
};

function searchOf({ query }: Request): ProjectSearch {
  const word = (name: string) => (typeof query[name] === 'string' ? query[name].slice(0, LONGEST) : '');
  const page = /^[1-9]\d{0,3}$/.test(word('page')) ? Number(word('page')) : 1;
  const state = word('state');
  return {
    ...{ text: word('text').trim(), district: word('district'), page },
    theme: themes.find((theme) => theme === word('theme')) ?? '',
    state: state === 'open' || state === 'closed' ? state : '',
  };
}

const isSearch = ({ text, theme, district, state }: ProjectSearch) =>
  Boolean(text || theme || district || state);

interface Tile {
  project: PublicProject;
  found: ProjectsFound;
  language: Language;
  query: string;
}

function tileOf({ ground }: Web, { project, found, language, query }: Tile) {
  const { content, slug } = project;
  const { publicUrl } = ground.config;
  const sizes = '(min-width: 60rem) 24rem, 100vw';
  const summary = saidIn({ en: content.en.summary, ml: content.ml.summary }, language);
  return {
    href: `${projectPath(slug)}${query}`,
    ...{ place: placeOf(project, language), progress: progressOf(project, ground.clock.now(), language) },
    title: saidIn({ en: content.en.title, ml: content.ml.title }, language),
    summary: { ...summary, text: plainOf(summary.text) },
    cover: shownPicture(content.cover ? found.covers.get(content.cover) : undefined, {
      publicUrl,
      language,
      sizes,
    }),
  };
}

function choicesOf(search: ProjectSearch, { districts }: ProjectsFound, language: Language) {
  return {
    themes: themes.map((theme) => ({
      ...{
        value: theme,
        words: translate(language, `project.theme.${theme}`),
        chosen: theme === search.theme,
      },
    })),
    districts: districts.map((district) => ({
      ...{ value: district, words: districtName(district, language), chosen: district === search.district },
    })),
    states: ['open', 'closed'].map((state) => ({
      ...{
        value: state,
        words: translate(language, `projects.state.${state}`),
        chosen: state === search.state,
      },
    })),
  };
}

function pagesOf(search: ProjectSearch, count: number, query: string) {
  const pages = Math.max(1, Math.ceil(count / PER_PAGE));
  const leaf = (page: number) => (page >= 1 && page <= pages ? hrefOf({ ...search, page }, query) : null);
  return { pages, newer: leaf(search.page - 1), older: leaf(search.page + 1) };
}

/** Of the list, with what is looked for. */
function hrefOf(search: ProjectSearch, query: string): string {
  const { page, ...words } = search;
  const wished = new URLSearchParams(query);
  for (const [name, value] of Object.entries(words)) if (value) wished.set(name, value);
  if (page > 1) wished.set('page', String(page));
  return wished.size ? `${PATH}?${wished}` : PATH;
}
