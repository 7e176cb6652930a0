import type { Request, Response } from 'express';
import { loadSession } from '../../../access/sessions.ts';
import { type RunCourse, runCourse } from '../../../deliveries/course.ts';
import type { DeliveryState } from '../../../deliveries/states.ts';
import type { Ground } from '../../../ground.ts';
import { READERS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { type Reading, readingOf } from '../shell.ts';
import { liveOf } from './run-live.ts';
import { runIn } from './run-number.ts';

/** A look at a run costs up to this share of the time between two, however many deliveries it has. */
const SHARE = 0.2;
const LEAST_MS = 1000;

/**
 * How a run goes, as server-sent events: `course` with the part of the page that changes, `changed` once
 * it is in another state than the page knows; then, or when the session has ended or lost its role, it ends.
 */
export const live: Handler = (web) => {
  const watch = openWatch(web.ground);
  return async (req, res) => {
    const run = runIn(req);
    const first = await runCourse(web.ground.sql, run);
    const reading = readingOf(req, res);
    const known = typeof req.query.state === 'string' ? req.query.state : first.state;
    begin(res);
    const end = () => {
      leave();
      res.end();
    };
    const tell = async (course: RunCourse) => {
      if (res.writableEnded) return;
      const over = course.state !== known || web.stopping() || !(await mayStill(web, req, res));
      if (over) {
        send(res, 'changed', course.state);
        return end();
      }
      send(res, 'course', partOf(web, { reading, course }));
    };
    const fail = (err: unknown) => {
      req.log.error({ err }, 'a run could not be shown live');
      end();
    };
    const leave = watch(run, (course) => void tell(course).catch(fail));
    res.on('close', leave);
    await tell(first);
  };
};

function begin(res: Response): void {
  res.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  res.status(200).flushHeaders();
}

function send(res: Response, event: string, data: string): void {
  const lines = data.split('\n').map((line) => `data: ${line}`);
  res.write(`event: ${event}\n${lines.join('\n')}\n\n`);
}

/** Asked at each event: a session may be ended, and a role taken away, while somebody watches. */
async function mayStill({ ground }: Web, req: Request, res: Response): Promise<boolean> {
  const entry = await loadSession(ground, req.sessionID);
  const same = entry?.user.id === staffOf(res).user.id;
  return same && entry.user.roles.some((role) => READERS.includes(role));
}

const partOf = ({ pages }: Web, { reading, course }: { reading: Reading; course: RunCourse }): string =>
  pages.render({
    ...{ template: 'console/run-part', layout: 'part', language: reading.language, title: '' },
    data: { zone: reading.zone, live: liveOf(reading, course, null as DeliveryState | null) },
  });

type Watcher = (course: RunCourse) => void;

/**
 * Looks at each run that somebody watches, for all who watch it in this process together: once a second at
 * most, less often where a look takes long. Nobody watching, nothing is asked.
 */
function openWatch({ sql, log }: Pick<Ground, 'sql' | 'log'>) {
  const watched = new Map<bigint, Set<Watcher>>();
  const look = async (run: bigint, watchers: Set<Watcher>): Promise<void> => {
    const began = performance.now();
    try {
      const course = await runCourse(sql, run);
      for (const tell of [...watchers]) tell(course);
    } catch (err) {
      log.error({ err, run: String(run) }, 'a run could not be looked at');
    }
    const pause = Math.max(LEAST_MS, (performance.now() - began) / SHARE);
    if (watchers.size) setTimeout(() => void look(run, watchers), pause).unref();
    else watched.delete(run);
  };
  return (run: bigint, tell: Watcher): (() => void) => {
    const watchers = watched.get(run) ?? new Set();
    watchers.add(tell);
    if (!watched.has(run)) {
      watched.set(run, watchers);
      setTimeout(() => void look(run, watchers), LEAST_MS).unref();
    }
    return () => void watchers.delete(tell);
  };
}
