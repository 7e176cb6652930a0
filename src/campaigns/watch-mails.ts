import { DateTime } from 'luxon';
import { type Connection, transaction } from '../db.ts';
import { queueNotice } from '../deliveries/notices.ts';
import type { Ground } from '../ground.ts';
import { formatAmount, type Language, languageOf, translate } from '../i18n.ts';
import { readWall, type WallGift } from '../pages/wall.ts';
import { giftsSince, takeWatcher, type Watcher } from '../pages/watches.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'clock' | 'config'>;

/** Gifts of the last seconds may still be being written by another process. */
const SETTLED_MS = 10_000;
/** Once a day is told at six in the evening of the office. */
const HOUR = 18;
/** So many are named; the project's wall has all. */
const NAMED = 5;
const NAMES = ['one', 'two', 'three', 'four', 'five'];

/**
 * Tells staff of gifts to projects they look after: soon, or once a day. They read no more of a donor than the
 * project's wall shows.
 *
 * @returns how many mails
 */
export async function tellWatchers(ground: Needs): Promise<number> {
  let told = 0;
  while (await transaction(ground.sql, (connection) => tellNext(connection, ground))) told++;
  return told;
}

async function tellNext(connection: Connection, ground: Needs): Promise<boolean> {
  const now = ground.clock.now();
  const until = new Date(now.getTime() - SETTLED_MS);
  const watcher = await takeWatcher(connection, { until, digest: lastDigest(now) });
  if (!watcher) return false;
  await tell(connection, ground, { watcher, until });
  return true;
}

/** The last time that digests were due. */
function lastDigest(now: Date): Date {
  const here = DateTime.fromJSDate(now, { zone: 'Asia/Kolkata' });
  const today = here.startOf('day').set({ hour: HOUR });
  return (here < today ? today.minus({ days: 1 }) : today).toJSDate();
}

async function tell(
  connection: Connection,
  { config }: Needs,
  { watcher, until }: { watcher: Watcher; until: Date },
): Promise<void> {
  const language = languageOf(watcher.language);
  const { count, amount } = await giftsSince(connection, watcher, until);
  const newest = await readWall(connection, watcher.projectId, { most: NAMED });
  const lines = newest
    .filter(({ at }) => at > watcher.since && at <= until)
    .map((gift) => lineOf(gift, language));
  const values = {
    ...{ name: watcher.name, project: watcher.titles[language] || watcher.titles.en || watcher.titles.ml },
    ...{ gifts: translate(language, 'desk.watch.gifts', { n: count }), amount: formatAmount(amount) },
    ...Object.fromEntries(NAMES.map((name, n) => [name, lines[n] ?? ''])),
    page_url: `${config.publicUrl}/console/projects/${watcher.projectId}`,
  };
  const letter = await writeNotice({ sql: connection, config }, { name: 'project-gifts', language, values });
  const notice = { kind: 'project-gifts', address: watcher.email, language, ...letter };
  await queueNotice(connection, config, notice);
}

const lineOf = ({ name, amount, message }: WallGift, language: Language): string =>
  [
    formatAmount(amount),
    name ?? translate(language, 'project.anonymous'),
    ...(message ? [`“${message.replace(/\s+/g, ' ')}”`] : []),
  ].join(' · ');
