import { runHead } from '../../../campaigns/run-head.ts';
import { runDomains } from '../../../deliveries/run-domains.ts';
import type { Handler } from '../../web.ts';
import { readingOf, showConsole } from '../shell.ts';
import { crumbsOf, titleOf } from './run.ts';
import { runIn } from './run-number.ts';

/** The five largest beside a run; all that a person can take in on a page of their own. */
const [FEW, MANY] = [5, 100];

/** How a run fares at each mail domain; the run's page takes the table from here once it is shown. */
export const domains: Handler = (web) => async (req, res) => {
  const run = runIn(req);
  const reading = readingOf(req, res);
  const limit = req.query.few === '1' ? FEW : MANY;
  const head = await runHead(web.ground.sql, run);
  const { domains: rows, all, asOf, preparing } = await runDomains(web.ground.sql, run, limit);
  const sum = (of: 'sent' | 'total' | 'perMinute') => rows.reduce((n, row) => n + row[of], 0);
  const data = {
    ...{
      asOf,
      preparing,
      run: String(run),
      rows,
      all,
      rest: Math.max(0, all - rows.length),
      few: limit === FEW,
      // Beside a run that goes it looks again by itself.
      goes: limit === FEW && head.state === 'running' && !preparing,
    },
    sums: { sent: sum('sent'), total: sum('total'), perMinute: sum('perMinute') },
  };
  const crumbs = [...crumbsOf(reading, head), { href: `/console/runs/${run}`, text: titleOf(reading, head) }];
  await showConsole(web, {
    ...{ req, res, name: 'run-domains', title: reading.t('run.domains'), data, crumbs },
    styles: ['console-campaigns.css'],
  });
};
