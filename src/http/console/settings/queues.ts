import { ADMINISTRATORS, hasRole, staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { readingOf } from '../shell.ts';
import { showSettings } from './page.ts';

/** How many jobs wait, on whichever store the queues are. */
export const showQueues: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const { queues } = web.ground;
  const counts = await queues.waiting().catch((error: unknown) => {
    req.log.warn({ err: error }, 'the queue does not answer');
    return null;
  });
  const rows =
    counts && Object.entries(counts).map(([name, waiting]) => ({ name, waiting, key: `queues.${name}` }));
  const mayLook = hasRole(staffOf(res), ADMINISTRATORS);
  const data = { rows: rows ?? [], silent: !counts, backend: queues.backend, mayLook };
  await showSettings(web, { req, res, name: 'queues', title: t('queues.title'), data });
};
