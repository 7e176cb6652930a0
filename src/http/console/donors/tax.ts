import type { Request } from 'express';
import { audit } from '../../../access/audit.ts';
import { Refusal } from '../../../errors.ts';
import { financialYear, indianDay, yearsUntil } from '../../../giving/calendar.ts';
import { type TaxStatement, taxStatement } from '../../../giving/tax-statement.ts';
import { formatAmount } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { addressOf, asked, optionsOf } from '../contacts/reading.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { DONOR_STYLES, DONORS, TAX, tabsOf, YEARS } from './tabs.ts';

/** So many of the gifts that cannot be named are shown; `wecare tax-statement` tells all. */
const SHOWN = 100;

/** What the statement of donations of a year comes to, and which gifts it cannot name. */
export const show: Handler = (web) => async (req, res) => {
  const { t, said } = readingOf(req, res);
  const year = yearIn(web, req);
  const made = await orRefusal(() => taxStatement(web.ground, year));
  const years = yearsUntil(indianDay(web.ground.clock.now()), YEARS);
  await showConsole(web, {
    ...{ req, res, name: 'donors-tax', title: t('donors.tab.tax'), styles: DONOR_STYLES },
    crumbs: [{ href: DONORS, text: t('nav.donors') }],
    data: {
      ...{ tabs: tabsOf(web, { req, res }), year },
      years: optionsOf(
        years.map((value) => ({ value, text: value })),
        year,
      ),
      wanting: made instanceof Refusal ? said(made) : null,
      made: made instanceof Refusal ? null : shown(made, t),
    },
  });
};

/** A year of India's calendar that the address names; the last that ended, which is the one to be stated. */
function yearIn({ ground }: Web, req: Request): string {
  const current = Number(financialYear(indianDay(ground.clock.now())).slice(0, 4));
  const year = asked(req, 'year');
  return /^\d{4}-\d{2}$/.test(year) ? year : financialYear(`${current - 1}-04-01`);
}

async function orRefusal<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const shown = ({ form, lines, sum, problems, year }: TaxStatement, t: Reading['t']) => ({
  ...{ form, lines, sum: formatAmount(sum), file: addressOf(`${TAX}/statement.csv`, { year }) },
  more: problems.length > SHOWN ? problems.length - SHOWN : null,
  problems: problems.slice(0, SHOWN).map(({ receipt, missing }) => ({
    receipt,
    missing: missing.map((what) => t(`donors.tax.missing.${what}`)).join(', '),
  })),
});

/** The statement as the portal takes it. It holds numbers of papers: the log says who took it. */
export const download: Handler = (web) => async (req, res) => {
  const made = await taxStatement(web.ground, yearIn(web, req));
  await audit(web.ground.sql, {
    ...{ actor: staffOf(res).user.email, action: 'books.exported' },
    ...{ subjectType: 'book', subjectId: 'tax-statement', after: { year: made.year, form: made.form } },
  });
  res.attachment(`statement-of-donations-${made.year}.csv`).type('text/csv; charset=utf-8').send(made.csv);
};
