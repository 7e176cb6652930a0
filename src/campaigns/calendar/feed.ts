import { isPhoneChannel } from '../../deliveries/phone/accounts.ts';
import { networkOf } from '../../deliveries/publications/connected.ts';
import type { Ground } from '../../ground.ts';
import { type Language, translate } from '../../i18n.ts';
import { type Going, goingBetween } from '../going.ts';
import { calendarFile, type Event } from './ics.ts';

const DAY = 86_400_000;
/** Days back and ahead that a calendar program is told of. */
const BACK = 31;
const AHEAD = 366;
const MINUTES = 15;

/**
 * Everything planned and sent as a calendar file: names of campaigns and messages, never a person's.
 * @param language of its words
 */
export async function calendarFeed(
  { sql, clock, config }: Pick<Ground, 'sql' | 'clock' | 'config'>,
  language: Language,
): Promise<string> {
  const now = clock.now().getTime();
  const span = { from: new Date(now - BACK * DAY), to: new Date(now + AHEAD * DAY) };
  const { going } = await goingBetween({ sql, clock }, span);
  const edited = await editedAt({ sql }, going);
  const uids = uidsOf(going);
  const events = going.map((one, i) => ({
    ...eventOf(one, { language, publicUrl: config.publicUrl }),
    ...{
      uid: `${uids[i]}@${new URL(config.publicUrl).hostname}`,
      stampedAt: edited.get(one.messageId) ?? one.at,
    },
  }));
  return calendarFile(translate(language, 'calendar.feed.name'), events);
}

/**
 * A message that goes out once keeps one name through all its moves; where it went out before, earlier runs
 * are told apart by their number. Each date of a repeated one has its own.
 */
export function uidsOf(going: Pick<Going, 'messageId' | 'repeated' | 'run' | 'at'>[]): string[] {
  const latest = new Map(going.map((one) => [one.messageId, one]));
  return going.map((one) => {
    if (one.repeated) return `${one.messageId}-${one.at.toISOString().replace(/\D/g, '').slice(0, 14)}`;
    return latest.get(one.messageId) === one ? one.messageId : `${one.messageId}-run${one.run}`;
  });
}

function eventOf(
  one: Going,
  { language, publicUrl }: { language: Language; publicUrl: string },
): Omit<Event, 'uid' | 'stampedAt'> {
  const through = throughOf(one, language);
  const state = translate(language, `home.state.${one.state}`);
  return {
    ...{ sequence: one.revision, at: one.at, minutes: MINUTES },
    summary: `${through}: ${one.message} (${state})`,
    description: `${one.campaign}\n${through}\n${state}`,
    url: `${publicUrl}/console/campaigns/${one.campaignId}`,
    status: one.state === 'unapproved' ? 'TENTATIVE' : 'CONFIRMED',
    categories: [one.campaign],
  };
}

/** Through what it goes, in words. */
export function throughOf({ channel, newsletter, accounts }: Going, language: Language): string {
  if (isPhoneChannel(channel)) return networkOf(channel).title;
  if (channel !== 'post')
    return translate(language, `calendar.channel.${newsletter ? 'newsletter' : 'email'}`);
  const networks = [...new Set(accounts.map((account) => networkOf(account.channel).title))];
  return networks.join(', ') || translate(language, 'calendar.channel.post');
}

/** When each message was last touched by anybody. */
async function editedAt({ sql }: Pick<Ground, 'sql'>, going: Going[]): Promise<Map<string, Date>> {
  const { rows } = await sql.query<{ id: string; at: Date }>(
    `SELECT subject_id AS id, max(at) AS at FROM audit_entry
      WHERE subject_type = 'message' AND subject_id = ANY ($1) GROUP BY 1`,
    [[...new Set(going.map(({ messageId }) => messageId))]],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}
