import { setTimeout as delay } from 'node:timers/promises';
import type { CampaignStatus, RunStatus } from '../../src/campaigns/status.ts';
import { campaignStatus } from '../../src/campaigns/status.ts';
import { type RunProgress, runProgress } from '../../src/deliveries/progress.ts';
import { Refusal } from '../../src/errors.ts';
import type { Ground } from '../../src/ground.ts';
import { progressInWords, shown, went } from './campaign-words.ts';

/** Where watching writes. On a terminal one line is drawn over and over, elsewhere each is kept. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
}

interface Watching {
  campaignId: string;
  screen: Screen;
  /** Aborted when the watcher leaves; the run goes on. */
  signal: AbortSignal;
}

const EVERY_MS = 1000;
const ENDED = ['finished', 'cancelled'];

/**
 * Follows a campaign's run until it ends: the one under way, or else the next that is planned.
 * @returns how it stood at the end, or null when the watcher left before there was one
 * @throws Refusal when there is nothing to wait for
 */
export async function watchCampaign(
  ground: Pick<Ground, 'sql' | 'clock'>,
  { campaignId, screen, signal }: Watching,
): Promise<RunProgress | null> {
  const line = liner(screen);
  let run: bigint | undefined;
  let last: RunProgress | null = null;
  while (!signal.aborted) {
    const status = run === undefined ? await campaignStatus(ground, campaignId) : null;
    run ??= status ? runToWatch(status)?.run : undefined;
    if (run === undefined) line(waitingFor(status as CampaignStatus));
    else {
      const now = await runProgress(ground, run);
      line(`${progressInWords(now)}${speed(last, now)}`);
      last = now;
      if (ENDED.includes(now.state)) break;
    }
    await pause(signal);
  }
  if (screen.isTTY) screen.write('\n');
  return last;
}

/** Under way first, then what comes next, then the latest that has ended. */
function runToWatch({ messages }: CampaignStatus): RunStatus | undefined {
  const runs = messages.flatMap((message) => message.runs);
  const underWay = runs.find(({ progress }) => ['freezing', 'running', 'paused'].includes(progress.state));
  const open = runs.filter(({ progress }) => !ENDED.includes(progress.state));
  const next = open.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())[0];
  const expected = messages.some(({ standing, nextDates }) => standing === 'approved' && nextDates.length);
  return underWay ?? next ?? (expected ? undefined : runs[0]);
}

function waitingFor({ campaign, messages }: CampaignStatus): string {
  const message = messages.find(({ standing, schedule }) => standing === 'approved' && schedule);
  if (!message) {
    throw new Refusal(
      `Nothing of ${campaign.name} is planned. It needs a schedule and then an approval.`,
      409,
    );
  }
  const [next] = message.nextDates;
  return next ? `planned for ${shown(next, message)}` : 'due; waiting for a worker to launch it';
}

function speed(before: RunProgress | null, now: RunProgress): string {
  const gone = before ? went(now) - went(before) : 0;
  return gone > 0 ? ` · ${Math.round((gone * 1000) / EVERY_MS)}/s` : '';
}

/** Where nothing is drawn over, a line that says the same as the one before is left out. */
function liner(screen: Screen): (text: string) => void {
  let previous = '';
  return (text) => {
    if (screen.isTTY) screen.write(`\r\x1b[K${text}`);
    else if (text !== previous) screen.write(`${text}\n`);
    previous = text;
  };
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await delay(EVERY_MS, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error; // leaving is no failure
  }
}
