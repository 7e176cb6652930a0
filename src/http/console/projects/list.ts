import { formatAmount } from '../../../i18n.ts';
import { themes } from '../../../pages/content.ts';
import { districts } from '../../../pages/districts.ts';
import { isAny, listProjects, type ProjectRow } from '../../../pages/list.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { addressOf, asked, askedId } from '../contacts/reading.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import {
  badgeOf,
  districtName,
  districtOptions,
  PROJECTS,
  projectStates,
  STYLES,
  themeOptions,
  titleOf,
} from './words.ts';

const SHOWN = 25;

/** Every project with how far it is; what narrows the list stands in the address. */
export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const q = asked(req, 'q');
  const state = projectStates.find((one) => one === asked(req, 'state'));
  const theme = themes.find((one) => one === asked(req, 'theme'));
  const district = districts.find((one) => one === asked(req, 'district'));
  const before = askedId(req, 'before');
  const rows = await listProjects(web.ground, { state, theme, district, text: q, before, limit: SHOWN + 1 });
  const shown = rows.slice(0, SHOWN);
  const here = { q, state, theme, district };
  const next = rows.length > SHOWN ? addressOf(PROJECTS, { ...here, before: shown.at(-1)?.id }) : null;
  const first = before ? addressOf(PROJECTS, here) : null;
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', PROJECTS);
  const { t } = reading;
  const data = {
    ...{
      q,
      mayWrite,
      rows: shown.map((row) => rowOf(row, reading)),
      pager: first || next ? { first, next } : null,
    },
    filtered: Boolean(q || state || theme || district),
    none: !shown.length && !(await isAny(web.ground)),
    states: [{ value: '', text: t('desk.any-state'), selected: !state }].concat(
      projectStates.map((value) => ({ value, text: t(`desk.state.${value}`), selected: value === state })),
    ),
    themes: themeOptions(reading, theme ?? null, 'desk.any-theme'),
    districts: districtOptions(reading, district ?? null, 'desk.any-district'),
  };
  await showConsole(web, { req, res, name: 'projects', title: t('nav.projects'), data, styles: STYLES });
};

function rowOf(row: ProjectRow, reading: Reading) {
  const { id, slug, state, theme, district, amount, raised, gifts, waits, version, published } = row;
  return {
    ...{ href: `${PROJECTS}/${id}`, slug, waits, gifts, badge: badgeOf(reading, state) },
    heading: titleOf(row, reading.language),
    theme: reading.t(`desk.theme.${theme}`),
    district: district && districtName(reading, district),
    changed: published !== null && version > published,
    ...progressOf(row, reading),
    ...{ raised: formatAmount(raised), amount: amount && formatAmount(amount) },
  };
}

/** How much of its goal a project has, as a bar; null without a goal. */
export function progressOf(
  { amount, raised }: Pick<ProjectRow, 'amount' | 'raised'>,
  { t }: Pick<Reading, 't'>,
) {
  if (!amount) return { percent: null, label: '', parts: [] };
  const percent = raised <= 0n ? 0 : Number((raised * 100n) / amount);
  const width = Math.min(100, percent);
  return {
    ...{ percent, label: t('desk.progress', { percent }) },
    parts: [{ look: percent >= 100 ? 'sent' : 'sending', x: 0, percent: width }],
  };
}
