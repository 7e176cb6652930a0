import type { Connection } from '../../db.ts';
import { queueNotice } from '../../deliveries/notices.ts';
import { queuePhoneNotice } from '../../deliveries/phone/notices.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { translate } from '../../i18n.ts';
import type { Keeper } from '../../pages/occasions/keepers.ts';
import { familyToken } from '../../pages/occasions/links.ts';
import { isStale } from '../../pages/occasions/proof.ts';
import { kindWords } from '../../pages/occasions/words.ts';
import { writeNotice } from '../notice-letters.ts';
import type { PageFacts } from './page.ts';

export type LetterGround = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config' | 'log'>;

/** What a family is told; its words stand in the catalogues as `occasion.news.NAME.title`, `.text` and `.short`. */
export type News =
  | ('verified' | 'shown' | 'returned' | 'refused' | 'down' | 'restored' | 'closed' | 'reopened' | 'gone')
  | ('objected' | 'keeper' | 'week' | 'day' | 'after' | 'yearly');

export interface Telling {
  page: PageFacts;
  keeper: Keeper;
  what: News;
  /** Of whoever decided. */
  words?: string;
  /** For the message itself. */
  values?: Record<string, string | number>;
}

/** Of these no door is opened: the page is gone, or the number may be somebody else's by now. */
const CLOSED: readonly News[] = ['gone', 'yearly'];
/** What tells by its own moment when the day is, which opens a page whose number was proven long ago. */
const NEAR: readonly News[] = ['week', 'day', 'after'];

/** Tells one who answers for a page, on the channel they have. Nothing is lost where no SMS can go: the page tells it too. */
export async function tellKeeper(connection: Connection, ground: LetterGround, telling: Telling) {
  if (telling.keeper.lostAt) return;
  return telling.keeper.channel === 'email'
    ? mailKeeper(connection, ground, telling)
    : textKeeper(connection, ground, telling);
}

async function mailKeeper(connection: Connection, ground: LetterGround, telling: Telling): Promise<void> {
  const { page, keeper, what, words = '', values = {} } = telling;
  const { language } = page;
  const say = (part: string) =>
    translate(language, `occasion.news.${what}.${part}`, { page: page.names, mood: page.mood, ...values });
  const letter = await writeNotice(
    { sql: connection, config: ground.config },
    {
      ...{ name: 'occasion-news', language },
      values: {
        ...{ title: say('title'), text: say('text'), words, above: aboveOf(page), name: keeper.name },
        button: translate(language, CLOSED.includes(what) ? 'occasion.news.start' : 'occasion.news.open'),
        page_url: linkFor(ground, telling),
      },
    },
  );
  await queueNotice(connection, ground.config, {
    ...{ kind: 'occasion-news', address: keeper.contact, language, about: `occasion:${page.id}` },
    ...letter,
  });
}

/** All that a number hears which may be somebody else's by now; the link asks for a code and the day. */
export const STALE = 'occasion.news.stale.short';
/** Instead of the page's number, which stands on the page itself, beside its day, for whoever searches for it. */
export const UNNAMED = 'OC-…';

/** What it is about, above the title: the kind of day and the number for the telephone. */
export const aboveOf = ({ kind, number, language }: PageFacts): string =>
  `${kindWords(kind, language)} · ${number}`;

async function textKeeper(connection: Connection, ground: LetterGround, telling: Telling): Promise<void> {
  const { page, what, values = {}, keeper } = telling;
  const stale = isStale(keeper, ground.clock.now());
  if (stale && NEAR.includes(what)) return;
  const short =
    stale && !CLOSED.includes(what)
      ? translate(page.language, STALE)
      : translate(page.language, `occasion.news.${what}.short`, { mood: page.mood, ...values });
  await textTo(connection, ground, {
    ...{ page, to: telling.keeper.contact, template: 'occasion_news' },
    values: [stale ? UNNAMED : page.number, short, ...piecesOf(linkFor(ground, telling))],
  });
}

interface Text {
  page: Pick<PageFacts, 'id' | 'language'>;
  to: string;
  template: string;
  values: string[];
}

/** Puts an SMS into its lane. Why none can go (no account, no template, an address not registered) is logged; nothing stops. */
export async function textTo(connection: Connection, { log }: LetterGround, text: Text): Promise<void> {
  const { page, to, template, values } = text;
  const about = `occasion:${page.id}`;
  const kind = template.replace('_', '-');
  try {
    await queuePhoneNotice(connection, {
      ...{ kind, channel: 'sms', to, language: page.language, template, values, about },
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const why = error.message;
    log.warn({ occasion: page.id, template, why }, 'a family could not be told by SMS');
  }
}

/** An operator takes 30 characters in a place, so an address stands in four places that touch. */
const PLACES = 4;

/** An address for four places of a registered text. */
export function piecesOf(url: string): string[] {
  const size = Math.ceil(url.length / PLACES);
  return Array.from({ length: PLACES }, (_, n) => url.slice(n * size, (n + 1) * size));
}

/** The family's own address, made anew for each letter; or where a page begins, where no door may be opened. */
const linkFor = (ground: LetterGround, { keeper, what }: Telling): string =>
  CLOSED.includes(what) ? `${ground.config.publicUrl}/occasions` : familyUrl(ground, keeper);

/** The address that opens a family's page to one who answers for it. */
export const familyUrl = (
  { keys, clock, config }: Pick<Ground, 'keys' | 'clock' | 'config'>,
  { id: keeperId, epoch }: Pick<Keeper, 'id' | 'epoch'>,
): string => `${config.publicUrl}/family/${familyToken(keys, { keeperId, epoch, at: clock.now() })}`;
