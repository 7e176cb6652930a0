import { z } from 'zod';
import { Refusal } from '../../errors.ts';
import { languageOf, translate } from '../../i18n.ts';
import { showableAssets } from '../../media/assets.ts';
import { findPublished } from '../../pages/published.ts';
import { readerLanguage } from '../../reader.ts';
import { say } from '../../say.ts';
import { brandOf } from '../brand.ts';
import { sendBadgeOembed } from '../occasions/guest/embed.ts';
import { drawPage } from '../pages.ts';
import type { Handler } from '../web.ts';
import { giveHref, projectPath } from './address.ts';
import { sendKept } from './keep.ts';
import { shownPicture } from './pictures.ts';
import { progressOf } from './progress.ts';
import { placeOf, saidIn, titleOf } from './words.ts';

const WIDTH = 360;
const HEIGHT = 520;

/** A project's card within another site's page: no script, no cookie, and every site may show it. */
export const showEmbed: Handler = (web) => async (req, res) => {
  const slug = String(req.params.slug);
  const language = readerLanguage(req);
  const page = await web.kept.get(`embed ${slug} ${language}`, async () => {
    const { sql, clock, config } = web.ground;
    const project = await findPublished(sql, slug);
    const { content } = project;
    const [cover] = content.cover ? await showableAssets({ sql }, [content.cover]) : [];
    const lang = `?lang=${language}`;
    const data = {
      ...{ place: placeOf(project, language), progress: progressOf(project, clock.now(), language) },
      name: saidIn({ en: content.en.title, ml: content.ml.title }, language),
      cover: shownPicture(cover, { publicUrl: config.publicUrl, language, sizes: '360px' }),
      ...{ see: projectPath(slug) + lang, give: giveHref(slug, lang), sheet: 'project.css' },
    };
    return drawPage(web, {
      req,
      name: 'project-embed',
      layout: 'embed',
      language,
      title: titleOf(project, language),
      data,
    });
  });
  allowFraming(res);
  sendKept(req, res, page);
};

/** Lets every site show the answer within its own pages. */
export function allowFraming(res: Parameters<typeof sendKept>[1]): void {
  const csp = String(res.getHeader('Content-Security-Policy')).replace(
    /frame-ancestors [^;]*/,
    'frame-ancestors *',
  );
  res.set({ 'Content-Security-Policy': csp, 'Cross-Origin-Resource-Policy': 'cross-origin' });
  res.removeHeader('X-Frame-Options');
}

const asked = z.object({
  url: z.url(),
  format: z.enum(['json', 'xml']).default('json'),
  maxwidth: z.coerce.number().int().min(1).default(WIDTH),
  maxheight: z.coerce.number().int().min(1).default(HEIGHT),
});

/** oEmbed 1.0: what another program puts into its page for an address of a project. */
export const sendOembed: Handler = (web) => async (req, res) => {
  const { publicUrl } = web.ground.config;
  const read = asked.safeParse(req.query);
  if (!read.success)
    throw new Refusal(say`This address is not understood. Give url=, the address of a project.`);
  if (read.data.format === 'xml') throw new Refusal(say`Only JSON is given here.`, 501);
  const { slug, code, lang } = addressedBy(read.data.url, publicUrl);
  if (code) return sendBadgeOembed(web, res, { ...read.data, code, lang });
  const language = languageOf(lang);
  const project = await findPublished(web.ground.sql, slug);
  const size = { width: Math.min(WIDTH, read.data.maxwidth), height: Math.min(HEIGHT, read.data.maxheight) };
  const title = titleOf(project, language);
  const src = `${publicUrl}${projectPath(slug)}/embed?lang=${language}`;
  const html = `<iframe src="${src}" title="${attribute(title)}" width="${size.width}" height="${size.height}" style="border:0" loading="lazy"></iframe>`;
  res.set({ 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' });
  res.json({
    ...{ version: '1.0', type: 'rich', title, html, ...size, cache_age: 300 },
    ...{
      provider_name: brandOf(web, language).identity.name || translate(language, 'site.name'),
      provider_url: publicUrl,
    },
    thumbnail_url: `${publicUrl}${projectPath(slug)}/card-${language}.png`,
    ...{ thumbnail_width: 1200, thumbnail_height: 630 },
  });
};

/** The project or the family's page that an address of ours names, and in which language. */
function addressedBy(url: string, publicUrl: string) {
  const { origin, pathname, searchParams } = new URL(url);
  const base = new URL(publicUrl);
  const own = origin === base.origin && pathname.startsWith(base.pathname.replace(/\/$/, ''));
  const [, slug = '', code] = /\/(?:projects\/([a-z0-9-]{1,60})|o\/([0-9a-z]{8}))\/?$/.exec(pathname) ?? [];
  if (!own || !(slug || code)) throw new Refusal(say`There is no such project.`, 404);
  return { slug, code, lang: searchParams.get('lang') };
}

const attribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
