import type { Picture } from '../campaigns/newsletters/reading.ts';
import { type Language, languages, translate } from '../i18n.ts';
import type { Web } from './web.ts';

/** What a page says of itself in its head: to search engines, and where it is shared (Open Graph). */
export interface Card {
  type: string;
  title: string;
  description: string;
  site: string;
  /** Absolute, in one language. */
  url: string;
  image: Picture & { width?: number | null; height?: number | null };
  locale: string;
  otherLocales: string[];
  alternates: { hreflang: string; href: string }[];
  feeds: { type: string; title: string; href: string }[];
  /** JSON-LD, safe to stand in a page. */
  linked: string | null;
}

export interface CardPlan {
  language: Language;
  /** From the root. */
  path: string;
  title: string;
  description: string;
  type?: string;
  /** Shown where the page is shared; a view of ours without one. */
  picture?: Card['image'] | null;
  /** Languages in which there is such a page; those of the site unless said. */
  written?: string[];
  feeds?: Card['feeds'];
  /** As schema.org has it. */
  linked?: object;
}

/** The card of a public page. */
export function cardOf(web: Web, plan: CardPlan): Card {
  const {
    language,
    path,
    title,
    description,
    type = 'website',
    feeds = [],
    written = languages,
    linked,
  } = plan;
  const { publicUrl } = web.ground.config;
  const address = `${publicUrl}${path}`;
  const site = translate(language, 'site.name');
  const alternates = written.map((tag) => ({ hreflang: tag, href: `${address}?lang=${tag}` }));
  return {
    ...{ type, title, description, site, feeds, url: `${address}?lang=${language}` },
    image: {
      ...SIZELESS,
      ...(plan.picture ?? { src: publicUrl + web.pages.assets.pathOf('share.png'), alt: site }),
    },
    linked: linked ? JSON.stringify(linked).replaceAll('<', '\\u003c') : null,
    ...{ locale: localeOf(language), otherLocales: written.filter((tag) => tag !== language).map(localeOf) },
    alternates: [...alternates, { hreflang: 'x-default', href: address }],
  };
}

const SIZELESS = { width: null, height: null };
const localeOf = (tag: string) => `${tag.split('-')[0]}_IN`;
