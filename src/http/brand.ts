import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { RequestHandler } from 'express';
import type { Accent } from '../colour.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { type Brand, identityIn, readBrand, USUAL_BRAND } from '../media/brand.ts';
import type { Web } from './web.ts';

/** How the installation presents itself, as this process knows it. */
export interface Shelf {
  known(): Brand;
  /** Looks again when the last look is some seconds old, or at once. A database that is away changes nothing. */
  look(now?: 'now'): Promise<void>;
}

/** So long a look holds: every process shows a change within it. */
const HOLDS_MS = 2000;

export function openShelf({ sql, log }: Pick<Ground, 'sql' | 'log'>): Shelf {
  let brand = USUAL_BRAND;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const look = async () => {
    lookedAt = performance.now();
    try {
      brand = await readBrand({ sql });
    } catch (error) {
      log.warn({ err: error }, 'what the organisation is called could not be read');
    }
  };
  return {
    known: () => brand,
    look: async (now) => {
      if (now || performance.now() - lookedAt > HOLDS_MS) await look();
    },
  };
}

/** Before a page is answered. */
export const freshBrand =
  (web: Web): RequestHandler =>
  async (_req, _res, next) => {
    await web.brand.look();
    next();
  };

/** What the frame around a page shows of it. */
export function brandOf(web: Web, language: Language) {
  const brand = web.brand.known();
  const css = cssOf(brand);
  return {
    identity: identityIn(brand, language, web.ground.config.HELP_ADDRESS),
    logo: brand.logo,
    brandCss: css && `/brand-${nameOf(css)}.css`,
  };
}

/** The accents as a style sheet; a page's own policy takes none that stands in the page. */
export function cssOf({ accents }: Brand): string | null {
  if (!accents) return null;
  const dark = (root: string) => `${root}, ${root} [data-mood="calm"] { ${tokens(accents.dark)} }`;
  return `@layer tokens {
  :root, [data-mood="calm"] { ${tokens(accents.light)} }
  @media screen and (prefers-color-scheme: dark) { ${dark(':root:not([data-theme="light"])')} }
  ${dark(':root[data-theme="dark"]')}
}
`;
}

const tokens = ({ accent, hover, on, soft, line }: Accent) =>
  `--woven: ${accent}; --accent: ${accent}; --accent-hover: ${hover}; --on-accent: ${on}; --accent-soft: ${soft}; --accent-line: ${line};`;

/** Holds the hash of its content. */
export const nameOf = (css: string) => createHash('sha256').update(css).digest('hex').slice(0, 12);
