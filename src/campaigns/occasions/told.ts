import { readAddress } from '../../contacts/addresses.ts';
import type { Connection } from '../../db.ts';
import { queueNotice } from '../../deliveries/notices.ts';
import { Refusal } from '../../errors.ts';
import { languageOf, translate } from '../../i18n.ts';
import type { OccasionWhat } from '../../pages/occasions/events.ts';
import { type Keeper, keepersOf } from '../../pages/occasions/keepers.ts';
import type { Outcome } from '../../pages/occasions/reports.ts';
import { drain } from '../donor-mails.ts';
import { writeNotice } from '../notice-letters.ts';
import { aboveOf, type LetterGround, type News, tellKeeper, textTo } from './keeper-letters.ts';
import { type PageFacts, pageFacts } from './page.ts';

/** Tells families every step of their pages, each once. @returns how many steps */
export const tellFamilies = (ground: LetterGround): Promise<number> =>
  drain(ground, { event: 'occasion.happened', handler: 'told' }, async (connection, payload) => {
    const page = await pageFacts(connection, payload.occasion as string);
    const what = payload.what as OccasionWhat;
    // A refused one that is looked at once more is no news yet.
    if (!page || (what === 'restored' && page.state !== 'live')) return;
    const keepers = await keepersOf({ sql: connection, keys: ground.keys }, page.id);
    for (const keeper of keepers.filter((one) => hears(one, what, payload.keeper)))
      await tellKeeper(connection, ground, {
        ...{ page, keeper, what: what as News },
        ...(payload.words && { words: payload.words }),
      });
  });

/** Whoever has just proven their contact gets the link; that a second did is told to the first. */
function hears(keeper: Keeper, what: OccasionWhat, about: string | undefined): boolean {
  if (!keeper.verifiedAt) return false;
  if (what === 'verified') return !about || keeper.id === about;
  if (what === 'keeper') return !keeper.second;
  return true;
}

/** Answers whoever reported a page or objected to it, where they said how they are reached. @returns how many */
export const tellAnswers = (ground: LetterGround): Promise<number> =>
  drain(ground, { event: 'occasion.answered', handler: 'told' }, async (connection, { report }) => {
    const { rows } = await connection.query(
      `SELECT occasion_id AS "occasionId", words, outcome, answer FROM occasion_report WHERE id::text = $1`,
      [report],
    );
    const [row] = rows;
    const page = row && (await pageFacts(connection, row.occasionId));
    if (!page) return;
    const { name, contact } = JSON.parse(ground.keys.open('occasion-contact', row.words));
    const reached = addressOf(contact);
    if (reached)
      await answer(connection, ground, { ...row, page, name, reached, outcome: row.outcome as Outcome });
  });

type Reached = ReturnType<typeof readAddress>;

/** What people typed as their contact may be none. */
function addressOf(contact: string): Reached | null {
  try {
    return readAddress(contact);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return null;
  }
}

interface Answer {
  page: PageFacts;
  name: string;
  reached: Reached;
  outcome: Outcome;
  answer: string;
}

async function answer(connection: Connection, ground: LetterGround, told: Answer): Promise<void> {
  const { page, name, reached, outcome, answer: words } = told;
  const { language, number } = page;
  if (reached.channel === 'sms')
    return textTo(connection, ground, {
      ...{ page, to: reached.value, template: 'occasion_answer' },
      values: [number, translate(language, `occasion.outcome.${outcome}.short`)],
    });
  const values = { name, number, words, text: translate(language, `occasion.outcome.${outcome}`) };
  const letter = await writeNotice(
    { sql: connection, config: ground.config },
    { name: 'occasion-answer', language, values },
  );
  const about = `occasion:${page.id}`;
  await queueNotice(connection, ground.config, {
    ...{ kind: 'occasion-answer', address: reached.value, language, about },
    ...letter,
  });
}

/** Hands the family's thanks to those who gave and can be mailed, each gift once. @returns how many gifts */
export const tellThanked = (ground: LetterGround): Promise<number> =>
  drain(ground, { event: 'occasion.thanked', handler: 'told' }, async (connection, { donation }) => {
    const { rows } = await connection.query(
      `SELECT t.occasion_id AS "occasionId", t.thanks, d.name, d.email, coalesce(o.language, d.language) AS language
         FROM occasion_gift t JOIN donation g ON g.id = t.donation_id JOIN donor d ON d.id = g.donor_id
         LEFT JOIN payment p ON p.id = g.payment_id LEFT JOIN gift_order o ON o.id = p.order_id
        WHERE t.donation_id::text = $1 AND t.thanks IS NOT NULL`,
      [donation],
    );
    const [gift] = rows;
    const page = gift?.email && (await pageFacts(connection, gift.occasionId));
    if (!page) return;
    const language = languageOf(gift.language);
    const values = {
      ...{ name: gift.name, page: page.names, words: gift.thanks, above: aboveOf({ ...page, language }) },
      page_url: `${ground.config.publicUrl}/o/${page.code}?lang=${language}`,
    };
    const letter = await writeNotice(
      { sql: connection, config: ground.config },
      { name: 'occasion-thanked', language, values },
    );
    await queueNotice(connection, ground.config, {
      ...{ kind: 'occasion-thanked', address: gift.email, language, about: `occasion:${page.id}` },
      ...letter,
    });
  });
