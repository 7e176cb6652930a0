import { DateTime } from 'luxon';
import { type Connection, transaction } from '../../db.ts';
import { queueNotice } from '../../deliveries/notices.ts';
import { indianDay } from '../../giving/calendar.ts';
import { formatAmount, languageOf, translate } from '../../i18n.ts';
import { occasionFigures } from '../../pages/occasions/gifts.ts';
import { keepersOf } from '../../pages/occasions/keepers.ts';
import { writeNotice } from '../notice-letters.ts';
import { aboveOf, type LetterGround, tellKeeper } from './keeper-letters.ts';
import { type PageFacts, pageFacts } from './page.ts';

type Step = 'week' | 'day' | 'after' | 'givers';

/**
 * Which pages a step is due at; $1 is today in India. Who made a page only this week needs no word that a week
 * is left, and what was missed for longer than a span is not told late.
 */
const DUE: Record<Step, string> = {
  week: `o.state = 'live' AND o.day BETWEEN $1::date + 5 AND $1::date + 7 AND o.shown_at < $1::date - 1`,
  day: `o.state = 'live' AND o.day = $1::date AND o.shown_at < $1::date`,
  after: `o.state IN ('live', 'closed') AND o.day BETWEEN $1::date - 10 AND $1::date - 1`,
  givers: `o.day < $1::date AND (o.state = 'closed' OR o.state = 'live' AND o.day BETWEEN $1::date - 60 AND $1::date - 7)`,
};

/** Nobody is woken: from eight in the morning to nine at night. */
const HOURS = { from: 8, to: 21 };

/**
 * Writes around the day of each page, each step once: to the family a week before, on the day and after it, and
 * to those who gave what it became.
 * @returns how many steps were taken
 */
export async function accompanyPages(ground: LetterGround): Promise<number> {
  const now = ground.clock.now();
  const { hour } = DateTime.fromJSDate(now, { zone: 'Asia/Kolkata' });
  if (hour < HOURS.from || hour >= HOURS.to) return 0;
  const today = indianDay(now);
  let taken = 0;
  for (const step of ['week', 'day', 'after', 'givers'] as const)
    while (await transaction(ground.sql, (connection) => takeNext(connection, ground, { step, today })))
      taken++;
  return taken;
}

interface Turn {
  step: Step;
  today: string;
}

/** The mark and the letters stand or fall together. */
async function takeNext(connection: Connection, ground: LetterGround, { step, today }: Turn) {
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO occasion_accompanied (occasion_id, what, at)
     SELECT o.id, $2, $3 FROM occasion o
      WHERE ${DUE[step]} AND NOT EXISTS (SELECT FROM occasion_accompanied a WHERE a.occasion_id = o.id AND a.what = $2)
      ORDER BY o.day, o.id LIMIT 1
     ON CONFLICT DO NOTHING RETURNING occasion_id AS id`,
    [today, step, ground.clock.now()],
  );
  const page = rows[0] && (await pageFacts(connection, rows[0].id));
  if (!page) return false;
  if (step === 'givers') await tellGivers(connection, ground, page);
  else await tellFamily(connection, ground, { page, step });
  return true;
}

async function tellFamily(
  connection: Connection,
  ground: LetterGround,
  { page, step }: { page: PageFacts; step: Exclude<Step, 'givers'> },
): Promise<void> {
  const { raised, gifts } = await occasionFigures(connection, page.id);
  const values = {
    amount: formatAmount(raised),
    gifts: translate(page.language, 'occasion.gifts', { n: gifts }),
    n: gifts,
    purpose: purposeOf(page, page.language),
  };
  for (const keeper of await keepersOf({ sql: connection, keys: ground.keys }, page.id))
    if (keeper.verifiedAt) await tellKeeper(connection, ground, { page, keeper, what: step, values });
}

/** What it is for, in a language. */
const purposeOf = ({ project }: PageFacts, language: 'en' | 'ml'): string =>
  project ? project[language] || project.en || project.ml : translate(language, 'occasion.fund');

/** Who gave here and wanted the receipt by mail, each mailbox once. */
const GIVERS = `
SELECT DISTINCT ON (lower(d.email)) d.name, d.email, coalesce(o.language, d.language) AS language
  FROM donation g JOIN donor d ON d.id = g.donor_id JOIN payment p ON p.id = g.payment_id JOIN gift_order o ON o.id = p.order_id
 WHERE g.occasion_id::text = $1 AND g.refunded < g.amount AND d.email IS NOT NULL AND o.consents @> '[{"use": "receipt"}]'
 ORDER BY lower(d.email), g.created_at DESC`;

/** Behind codes, receipts and thanks. */
const LATER = 200;

async function tellGivers(connection: Connection, ground: LetterGround, page: PageFacts): Promise<void> {
  const { rows } = await connection.query<{ name: string; email: string; language: string }>(GIVERS, [
    page.id,
  ]);
  const { raised, gifts } = await occasionFigures(connection, page.id);
  const closing = await closingWords(connection, page.id);
  for (const { name, email: address, language: tongue } of rows) {
    const language = languageOf(tongue);
    const sum = { amount: formatAmount(raised), n: gifts, purpose: purposeOf(page, language) };
    const values = {
      ...{ name, page: page.names, above: aboveOf({ ...page, language }), words: closing },
      text: translate(language, page.progress ? 'occasion.became' : 'occasion.became.quiet', sum),
      page_url: `${ground.config.publicUrl}/o/${page.code}?lang=${language}`,
    };
    const letter = await writeNotice(
      { sql: connection, config: ground.config },
      { name: 'occasion-became', language, values },
    );
    await queueNotice(connection, ground.config, {
      ...{ kind: 'occasion-became', address, language, priority: LATER, about: `occasion:${page.id}` },
      ...letter,
    });
  }
}

/** What the family said when it closed its page. */
async function closingWords(connection: Connection, id: string): Promise<string> {
  const { rows } = await connection.query(
    `SELECT frozen->>'words' AS words FROM occasion WHERE id::text = $1`,
    [id],
  );
  return rows[0]?.words ?? '';
}
