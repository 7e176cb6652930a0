import type { Asset } from '../../../media/assets.ts';
import { searchLibrary } from '../../../media/library.ts';
import type { Handler, Web } from '../../web.ts';
import { smallOf } from '../messages/fields.ts';
import { readingOf } from '../shell.ts';

const SHOWN = 24;

/** Pictures and videos of the library that may be picked, the latest first, as checkboxes. */
export async function picksFor({ ground }: Pick<Web, 'ground'>, language: 'en' | 'ml', text = '') {
  const found = await searchLibrary(ground, { text, limit: SHOWN * 2 });
  return found
    .filter(({ kind, mime }) => kind === 'picture' || mime.startsWith('video/'))
    .slice(0, SHOWN)
    .map((asset) => ({ id: asset.id, ...lookOfAsset(asset, language) }));
}

export const lookOfAsset = (asset: Asset, language: 'en' | 'ml') => ({
  ...{
    text: asset.alt[language] || asset.name,
    thumb: smallOf(asset),
    video: asset.mime.startsWith('video/'),
  },
});

/** Those of some words, while one types them. */
export const showPicks: Handler = (web) => async (req, res) => {
  const { language } = readingOf(req, res);
  const text = typeof req.query.q === 'string' ? req.query.q.slice(0, 200) : '';
  const html = web.pages.render({
    ...{ template: 'console/post-picks-part', layout: 'part', language, title: '' },
    data: { picks: await picksFor(web, language, text) },
  });
  res.type('html').send(html);
};
