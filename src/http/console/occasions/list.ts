import { formatAmount } from '../../../i18n.ts';
import { districts } from '../../../pages/districts.ts';
import { readOccasionNumber } from '../../../pages/occasions/codes.ts';
import { listOccasions, occasionNamed, waitingOccasions } from '../../../pages/occasions/desk.ts';
import { kindNames } from '../../../pages/occasions/kinds.ts';
import type { Handler } from '../../web.ts';
import { addressOf, asked, askedId, optionsOf } from '../contacts/reading.ts';
import { PAGE } from '../finance.ts';
import { readingOf, showConsole } from '../shell.ts';
import { districtOptions, kindOptions, OCCASIONS, rowOf, STYLES, statesInOrder, tabsOf } from './words.ts';

/** Every page of a family; what narrows the list stands in the address. A number read out on the telephone leads to its page. */
export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { t } = reading;
  const text = asked(req, 'q');
  const known = readOccasionNumber(text) ? await occasionNamed(web.ground, text) : null;
  if (known) return res.redirect(303, `${OCCASIONS}/${known}`);
  const state = statesInOrder.find((one) => one === asked(req, 'state'));
  const kind = kindNames.find((one) => one === asked(req, 'kind'));
  const district = districts.find((one) => one === asked(req, 'district'));
  const after = askedId(req, 'after');
  const rows = await listOccasions(web.ground, { text, state, kind, district, after, limit: PAGE + 1 });
  const shown = rows.slice(0, PAGE);
  const here = { q: text, state, kind, district };
  const next = rows.length > PAGE ? addressOf(OCCASIONS, { ...here, after: shown.at(-1)?.id }) : null;
  const first = after ? addressOf(OCCASIONS, here) : null;
  const data = {
    ...{ q: text, tabs: tabsOf(web, { req, res }), pager: first || next ? { first, next } : null },
    rows: shown.map((row) => ({ ...rowOf(row, reading), given: formatAmount(row.given) })),
    filtered: Boolean(text || state || kind || district),
    states: optionsOf(
      statesInOrder.map((value) => ({ value, text: t(`occasions.state.${value}`) })),
      state,
      t('occasions.any-state'),
    ),
    ...{ kinds: kindOptions(reading, kind), districts: districtOptions(reading, district) },
  };
  await showConsole(web, { req, res, name: 'occasions', title: t('nav.occasions'), data, styles: STYLES });
};

/** What waits for a look, the longest first. */
export const waiting: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const rows = await waitingOccasions(web.ground);
  const data = {
    tabs: tabsOf(web, { req, res }),
    rows: rows.map((row) => ({ ...rowOf(row, reading), given: formatAmount(row.given) })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'occasions-waiting', title: reading.t('occasions.tab.waiting'), data },
    ...{ styles: STYLES, crumbs: [{ href: OCCASIONS, text: reading.t('nav.occasions') }] },
  });
};
