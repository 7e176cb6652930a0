import type { Request, Response } from 'express';
import type { RunHead } from '../../../campaigns/run-head.ts';
import { listPublications } from '../../../deliveries/publications/list.ts';
import { staffOf } from '../../staff.ts';
import type { Web } from '../../web.ts';
import { publicationView } from '../posts/publication.ts';
import { readingOf, showConsole } from '../shell.ts';
import { runBadge } from './words.ts';

interface Showing {
  req: Request;
  res: Response;
  head: RunHead;
  title: string;
  crumbs: { href: string; text: string }[];
  /** Whether this person may pause and cancel. */
  steer: boolean;
  refused: string | null;
}

/** A run of a post: each of its publications, how it stands, its link and what came of it. */
export async function showPostRun(
  web: Web,
  { req, res, head, title, crumbs, steer, refused }: Showing,
): Promise<void> {
  const reading = readingOf(req, res);
  const { run, state, message, messageId, reason, startedAt, dueAt } = head;
  const all = await listPublications(web.ground, { run, limit: 1000 });
  const rows = all.map((one) => publicationView(reading, one));
  const data = {
    run: { id: String(run), name: message ?? reading.t('run.nameless'), messageId, startedAt, dueAt },
    ...{ badge: runBadge(reading, state), reason: reason && reading.again(reason), rows, refused },
    asking: rows.filter(({ asks }) => asks).length,
    does: {
      ...{ pause: steer && state === 'running', resume: steer && state === 'paused' },
      ...{
        cancel: steer && ['planned', 'running', 'paused'].includes(state),
        decide: steer && state === 'asked',
      },
      remove: web.allows(staffOf(res).user.roles, 'post', '/console/publications/:id/removal'),
      watch: state === 'running',
    },
  };
  await showConsole(web, {
    ...{ req, res, name: 'run-posts', title, data, crumbs, status: refused ? 422 : 200 },
    styles: ['console-campaigns.css', 'console-posts.css'],
  });
}
