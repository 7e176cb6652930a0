import { listOffline, type OfflineRow, type Wanted } from '../../../giving/offline/read.ts';
import { formatAmount } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { asked } from '../contacts/reading.ts';
import { afterIn, dayText, PAGE, paged } from '../finance.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { KINDS, OFFLINE } from './form.ts';

const TABS = ['all', 'waiting', 'doubted'] as const;

/** How a state looks. */
export const LOOKS: Record<OfflineRow['state'], string> = {
  ...{ waiting: 'planned', counted: 'sent', registered: 'sent', bounced: 'failed', reversed: 'held' },
};

export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { t } = reading;
  const tab = TABS.find((one) => one === asked(req, 'show')) ?? 'all';
  const wanted: Wanted = { after: afterIn(req), limit: PAGE + 1, ...(tab !== 'all' && { state: tab }) };
  const found = await listOffline(web.ground, wanted);
  const path = tab === 'all' ? OFFLINE : `${OFFLINE}?show=${tab}`;
  const { rows, pager } = paged(req, found, path);
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', OFFLINE);
  const data = {
    ...{ rows: rows.map((row) => rowOf(row, reading)), pager, mayWrite },
    tabs: TABS.map((one) => ({
      ...{ text: t(`offline.tab.${one}`), current: one === tab },
      href: one === 'all' ? OFFLINE : `${OFFLINE}?show=${one}`,
    })),
    ...{ all: tab === 'all', emptyHref: mayWrite ? KINDS : null },
  };
  await showConsole(web, {
    ...{ req, res, name: 'offline', title: t('nav.offline'), data, styles: ['console-finance.css'] },
  });
};

const rowOf = (row: OfflineRow, { t, language }: Reading) => ({
  ...{
    ...row,
    href: `${OFFLINE}/${row.id}`,
    amount: formatAmount(row.amount),
    day: dayText(row.day, language),
  },
  ...{ kindText: t(`offline.kind.${row.kind}`), look: row.doubted ? 'deferred' : LOOKS[row.state] },
  stateText: row.doubted ? t('offline.state.doubted') : t(`offline.state.${row.state}`),
});
