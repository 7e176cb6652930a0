import type { RunEvent } from '../../../campaigns/run-head.ts';
import { formatMoment } from '../../../i18n.ts';
import { kept } from '../../../say.ts';
import type { Reading } from '../shell.ts';

/** What the audit log says of runs, and what a person reads for it. */
const KNOWN = [
  ...['run.running', 'run.paused', 'run.cancelled', 'run.finished', 'run.late', 'run.asked', 'run.planned'],
  ...['run.decided', 'run.retried', 'canary.released', 'canary.stopped', 'unknown.arrived', 'unknown.again'],
] as const;

/** Who moves runs when nobody does. */
const ENGINES = ['planner', 'canary', 'engine', 'deliverability'];

/** One line of what happened to a run. */
export function eventIn(reading: Reading, { at, actor, action, after }: RunEvent) {
  const { t, language, zone, again } = reading;
  const known = KNOWN.find((one) => one === action);
  const by = ENGINES.includes(actor) ? t('run.log.engine') : actor;
  const reason = typeof after?.reason === 'string' ? again(after.reason) : null;
  return {
    at,
    when: formatMoment(at, language, zone),
    text: known ? t(`run.log.${known}`, { by }) : `${action}, ${by}`,
    reason: reason && reading.said(kept(reason)),
  };
}
