import type { Request, Response } from 'express';
import { themes } from '../../../pages/content.ts';
import { districts } from '../../../pages/districts.ts';
import { makeProject } from '../../../pages/projects.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { districtOptions, PROJECTS, STYLES, themeOptions } from './words.ts';

interface Typed {
  en: string;
  ml: string;
  slug: string;
  theme: string;
  district: string;
}

const NOTHING: Typed = { en: '', ml: '', slug: '', theme: '', district: '' };

/** Asks what a new project is called and where it belongs; everything else is written in its editor. */
export const begin: Handler = (web) => (req, res) => show(web, { req, res, typed: NOTHING });

export const make: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const text = (name: string) => form.text(name).trim();
  const typed = {
    en: text('en'),
    ml: text('ml'),
    slug: text('slug'),
    theme: text('theme'),
    district: text('district'),
  };
  const { t } = readingOf(req, res);
  const faults = faultsOf(typed, t);
  if (Object.keys(faults).length) return show(web, { req, res, typed, faults });
  await orAgain(
    async () => {
      const wish = {
        slug: typed.slug || slugOf(typed.en),
        theme: themes.find((one) => one === typed.theme) ?? 'other',
        district: districts.find((one) => one === typed.district) ?? null,
        content: emptyContent(typed),
      };
      const id = await makeProject(web.ground, wish, staffOf(res).user.email);
      leadOn(res, `${PROJECTS}/${id}/page`, 'project-made');
    },
    (refusal) => show(web, { req, res, typed, faults: { slug: readingOf(req, res).said(refusal) } }),
  );
};

/** What stands in an address when nobody said: the English title. */
export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');

function faultsOf({ en, ml, slug, theme }: Typed, t: ReturnType<typeof readingOf>['t']) {
  const address = slug || slugOf(en);
  return {
    ...(!en && !ml && { en: t('desk.make.no-title') }),
    ...((en.length > 120 || ml.length > 120) && { en: t('desk.fault.long', { most: 120 }) }),
    ...(!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(address) && { slug: t('desk.make.no-slug') }),
    ...(!themes.some((one) => one === theme) && { theme: t('desk.make.no-theme') }),
  };
}

const told = (title: string) => ({ title, summary: '', story: [], unreached: '' });

/** A page that has a title and nothing else yet. */
const emptyContent = ({ en, ml }: Pick<Typed, 'en' | 'ml'>) => ({
  ...{ en: told(en), ml: told(ml), cover: null, consents: [] },
  goal: { amount: null, capped: false, until: null, unit: null },
  ...{ costs: [], milestones: [], suggestions: [] },
});

interface Showing {
  req: Request;
  res: Response;
  typed: Typed;
  faults?: Partial<Record<keyof Typed, string>>;
}

async function show(web: Web, { req, res, typed, faults = {} }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const data = {
    ...{ typed, faults: { en: null, slug: null, theme: null, ...faults } },
    themes: [{ value: '', text: t('desk.make.choose'), selected: !typed.theme }].concat(
      themeOptions(reading, typed.theme),
    ),
    districts: districtOptions(reading, typed.district, 'desk.all-kerala'),
  };
  await showConsole(web, {
    ...{ req, res, name: 'project-new', title: t('desk.new'), data, styles: STYLES },
    ...{
      status: Object.keys(faults).length ? 422 : 200,
      crumbs: [{ href: PROJECTS, text: t('nav.projects') }],
    },
  });
}
