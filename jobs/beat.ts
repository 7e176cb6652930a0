import { CronExpressionParser } from 'cron-parser';

/** No timer is longer: it stands still while a computer sleeps, and the clock may be set meanwhile. */
const LONGEST_MS = 30_000;
/** Timers may go off a little early by the clock. */
const EARLY_MS = 500;

/**
 * Calls `work` at each time of a cron expression with seconds, in Kerala's time of day. What passes while
 * this process or its computer sleeps is not made up for.
 * @returns how to end it
 */
export function beat(expression: string, work: () => void): () => void {
  const times = CronExpressionParser.parse(expression, { tz: 'Asia/Kolkata' });
  const after = (at: number): number => {
    times.reset(new Date(at));
    return times.next().getTime();
  };
  let due = after(Date.now());
  let timer: NodeJS.Timeout;
  const arm = () => {
    timer = setTimeout(look, Math.max(0, Math.min(due - Date.now(), LONGEST_MS)));
  };
  const look = () => {
    const now = Date.now();
    const reached = due - now < EARLY_MS;
    due = after(reached ? Math.max(now, due) : now);
    arm();
    if (reached) work();
  };
  arm();
  return () => clearTimeout(timer);
}
