import type { MessageKey } from '../../../i18n.ts';
import type { QueueName } from '../../../queues.ts';
import { ADMINISTRATORS, hasRole, staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { readingOf } from '../shell.ts';
import { showSettings } from './page.ts';

const KEYS: Record<QueueName, MessageKey> = {
  deliveries: 'queues.deliveries',
  notices: 'queues.notices',
  publications: 'queues.publications',
  occasions: 'queues.occasions',
  webhooks: 'queues.webhooks',
  gateway: 'queues.gateway',
};
const names = Object.keys(KEYS) as QueueName[];

/** How many jobs wait, on whichever store the queues are. */
export const showQueues: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const { queues } = web.ground;
  const counts = await queues.waiting().catch((error: unknown) => {
    req.log.warn({ err: error }, 'the queue does not answer');
    return null;
  });
  const rows = counts && names.map((name) => ({ name, waiting: counts[name], key: KEYS[name] }));
  const mayLook = hasRole(staffOf(res), ADMINISTRATORS);
  const data = { rows: rows ?? [], silent: !counts, backend: queues.backend, mayLook };
  await showSettings(web, { req, res, name: 'queues', title: t('queues.title'), data });
};
