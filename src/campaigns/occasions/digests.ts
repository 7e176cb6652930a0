import { DateTime } from 'luxon';
import { type Connection, transaction } from '../../db.ts';
import { queueNotice } from '../../deliveries/notices.ts';
import { formatAmount, type Language, translate } from '../../i18n.ts';
import { cameSince, type Hearer, takeHearer } from '../../pages/occasions/digest.ts';
import { type FamilyGift, readFamilyGifts } from '../../pages/occasions/gifts.ts';
import { isStale } from '../../pages/occasions/proof.ts';
import { writeNotice } from '../notice-letters.ts';
import { aboveOf, familyUrl, type LetterGround, piecesOf, STALE, textTo, UNNAMED } from './keeper-letters.ts';
import { type PageFacts, pageFacts } from './page.ts';

/** Gifts of the last seconds may still be being written by another process. */
const SETTLED_MS = 10_000;
/** Once a day is told at seven in the evening, when people are at home. */
const HOUR = 19;
/** So many are named; the family's page has all. */
const NAMES = ['one', 'two', 'three', 'four', 'five'];

/** Tells families of gifts as they wish: soon after each, or once a day. Each gift is told once. @returns how many messages */
export async function tellGiftsAtPages(ground: LetterGround): Promise<number> {
  let told = 0;
  while (await transaction(ground.sql, (connection) => tellNext(connection, ground))) told++;
  return told;
}

async function tellNext(connection: Connection, ground: LetterGround): Promise<boolean> {
  const now = ground.clock.now();
  const until = new Date(now.getTime() - SETTLED_MS);
  const hearer = await takeHearer({ connection, keys: ground.keys }, { until, digest: lastDigest(now) });
  const page = hearer && (await pageFacts(connection, hearer.keeper.occasionId));
  if (page) await tell(connection, ground, { page, hearer, until });
  return hearer !== null;
}

/** The last time that digests were due. */
function lastDigest(now: Date): Date {
  const here = DateTime.fromJSDate(now, { zone: 'Asia/Kolkata' });
  const today = here.startOf('day').set({ hour: HOUR });
  return (here < today ? today.minus({ days: 1 }) : today).toJSDate();
}

interface Told {
  page: PageFacts;
  hearer: Hearer;
  until: Date;
}

async function tell(connection: Connection, ground: LetterGround, told: Told): Promise<void> {
  const { page, hearer, until } = told;
  const { keeper } = hearer;
  if (keeper.lostAt) return;
  const { count, amount } = await cameSince(connection, hearer, until);
  const url = familyUrl(ground, keeper);
  const gifts = translate(page.language, 'occasion.gifts', { n: count });
  if (keeper.channel === 'sms') {
    const came = `${gifts}, ${formatAmount(amount)}`;
    const stale = isStale(keeper, ground.clock.now());
    const said = stale ? [UNNAMED, translate(page.language, STALE)] : [page.number, came];
    return textTo(connection, ground, {
      ...{ page, to: keeper.contact, template: 'occasion_news', values: [...said, ...piecesOf(url)] },
    });
  }
  const values = {
    ...{ name: keeper.name, page: page.names, above: aboveOf(page), gifts, amount: formatAmount(amount) },
    ...(await linesOf(connection, told)),
    page_url: url,
  };
  const letter = await writeNotice(
    { sql: connection, config: ground.config },
    { name: 'occasion-gifts', language: page.language, values },
  );
  await queueNotice(connection, ground.config, {
    ...{ kind: 'occasion-gifts', address: keeper.contact, language: page.language },
    ...{ about: `occasion:${page.id}`, ...letter },
  });
}

/** The newest of them, a line each: names and words, as the family's page shows them. */
async function linesOf(connection: Connection, { page, hearer, until }: Told) {
  const newest = await readFamilyGifts(connection, page.id, { most: NAMES.length });
  const lines = newest
    .filter(({ at }) => at > hearer.since && at <= until)
    .map((gift) => lineOf(gift, page.language));
  return Object.fromEntries(NAMES.map((name, n) => [name, lines[n] ?? '']));
}

const lineOf = ({ name, amount, message }: FamilyGift, language: Language): string =>
  [
    formatAmount(amount),
    name ?? translate(language, 'occasion.unnamed'),
    ...(message ? [`“${message.replace(/\s+/g, ' ')}”`] : []),
  ].join(' · ');
