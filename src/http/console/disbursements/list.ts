import { type Disbursement, listDisbursements, type PayState } from '../../../giving/disbursements/read.ts';
import { formatAmount } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { afterIn, dayText, PAGE, paged } from '../finance.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';

export const DISBURSEMENTS = '/console/disbursements';

/** How a state looks. */
export const LOOKS: Record<PayState, string> = {
  ...{ open: 'planned', signed: 'sending', paid: 'sent', withdrawn: 'held' },
};

export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const found = await listDisbursements(web.ground, { after: afterIn(req), limit: PAGE + 1 });
  const { rows, pager } = paged(req, found, DISBURSEMENTS);
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', DISBURSEMENTS);
  const data = {
    ...{ rows: rows.map((row) => rowOf(row, reading)), pager, mayWrite },
    emptyHref: mayWrite ? `${DISBURSEMENTS}/new` : null,
  };
  const title = reading.t('nav.disbursements');
  await showConsole(web, { req, res, name: 'disbursements', title, data, styles: ['console-finance.css'] });
};

const rowOf = (row: Disbursement, { t, language }: Reading) => ({
  ...{ href: `${DISBURSEMENTS}/${row.id}`, name: row.payee.name, split: row.split, about: row.about },
  ...{ amount: formatAmount(row.amount), day: dayText(row.day, language), look: LOOKS[row.state] },
  ...{ purposeText: t(`pay.purpose.${row.purpose}`), stateText: t(`pay.state.${row.state}`) },
  waits: row.missing.map((office) => t(`offices.${office}`)).join(', '),
});
