import { type Connection, transaction } from '../db.ts';
import { DONOR_LINK, queueNotice } from '../deliveries/notices.ts';
import { ASKED_HOURS, donorToken, giverAt, mayAskLink, THANKS_HOURS } from '../giving/donor-link.ts';
import { giftToken } from '../giving/gift-token.ts';
import { type MonthlyGift, readMonthly } from '../giving/monthly.ts';
import { takeOver } from '../giving/monthly-purpose.ts';
import { type ProjectName, projectNamed } from '../giving/project-words.ts';
import { findTwin } from '../giving/twins.ts';
import type { Ground } from '../ground.ts';
import { formatAmount, formatMoment, type Language, languageOf } from '../i18n.ts';
import { takeEvent } from '../outbox.ts';
import { writeNotice } from './notice-letters.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config' | 'log'>;

/** Where a donor's own page is, for a mail. @param hours that the link opens it */
export const myUrl = (
  { config, ...ground }: Pick<Ground, 'keys' | 'clock' | 'config'>,
  { donor, language }: { donor: string; language: Language },
  hours: number,
): string => `${config.publicUrl}/my/${donorToken(ground, donor, hours)}?lang=${language}`;

/** Sends the link to a donor's own page, when somebody gave by this mailbox. @param email normalised */
export async function mailDonorLink(ground: Needs, email: string, language: Language): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    const giver = await giverAt(connection, email);
    const now = ground.clock.now();
    if (!giver || !(await mayAskLink(connection, email, now))) return;
    const ends = formatMoment(new Date(now.getTime() + ASKED_HOURS * 3_600_000), language);
    const my_url = myUrl(ground, { donor: giver.donors[0] as string, language }, ASKED_HOURS);
    const letter = await writeNotice(ground, {
      ...{ name: 'donor-link', language },
      values: { name: giver.name, my_url, ends },
    });
    await queueNotice(connection, ground.config, { kind: DONOR_LINK, address: email, language, ...letter });
  });
}

/** Asks donors of two equal gifts within a day whether both were meant. @returns how many gifts were looked at */
export const askTwins = (ground: Needs): Promise<number> =>
  drain(ground, { event: 'gift.paid', handler: 'twins' }, async (connection, { donation }) => {
    const twin = await findTwin(connection, donation as string, ground.clock.now());
    if (twin) await askOne(connection, ground, twin);
  });

async function askOne(connection: Connection, ground: Needs, twin: string): Promise<void> {
  const { rows } = await connection.query(
    `SELECT o.id AS "order", o.language, d.name, d.email, g.amount FROM donation g JOIN payment p ON p.id = g.payment_id
       JOIN gift_order o ON o.id = p.order_id JOIN donor d ON d.id = g.donor_id WHERE g.id = $1`,
    [twin],
  );
  const { email: address, name, amount, order, language: tongue } = rows[0];
  if (!address) return;
  const language = languageOf(tongue);
  const gift_url = `${ground.config.publicUrl}/give/gift/${giftToken(ground.keys, order)}?lang=${language}`;
  const values = { name, amount: formatAmount(BigInt(amount)), gift_url };
  const letter = await writeNotice(ground, { name: 'gift-twin', language, values });
  await queueNotice(connection, ground.config, { kind: 'gift-twin', address, language, ...letter });
}

const LETTERS: Record<string, string> = {
  ...{ halted: 'monthly-halted', paused: 'monthly-paused' },
  ...{ cancelled: 'monthly-ended', completed: 'monthly-ended' },
};

/** Tells donors what their monthly gift does from now on. @returns how many changes */
export const tellMonthly = (ground: Needs): Promise<number> =>
  drain(
    ground,
    { event: 'monthly.changed', handler: 'mail' },
    async (connection, { monthly, state = '' }) => {
      const [gift] = await readMonthly(connection, 'id', [monthly as string]);
      const letter = LETTERS[state];
      // A mandate that was never given is nobody's news.
      if (gift?.paid && letter) await tellGiver(connection, ground, { gift, letter });
    },
  );

/** Tells donors of monthly gifts that their project takes no gifts any more. @returns how many */
export async function tellOver(ground: Needs): Promise<number> {
  const tell = async (connection: Connection, gift: Pick<MonthlyGift, 'donorId' | 'amount' | 'fund'>) => {
    const project = await projectNamed(connection, gift.fund);
    await tellGiver(connection, ground, { gift, letter: 'monthly-over', project });
  };
  let told = 0;
  while (await takeOver(ground, tell)) told++;
  return told;
}

interface Told {
  gift: Pick<MonthlyGift, 'donorId' | 'amount'>;
  /** File in templates/notices, and kind of the notice. */
  letter: string;
  project?: ProjectName | null;
}

async function tellGiver(
  connection: Connection,
  ground: Needs,
  { gift, letter: name, project }: Told,
): Promise<void> {
  const { rows } = await connection.query('SELECT name, email, language FROM donor WHERE id = $1', [
    gift.donorId,
  ]);
  const [donor] = rows;
  if (!donor?.email) return;
  const language = languageOf(donor.language);
  const my_url = myUrl(ground, { donor: gift.donorId, language }, THANKS_HOURS);
  const values = {
    ...{ name: donor.name, amount: formatAmount(gift.amount), my_url },
    ...(project && { title: project[language] || project.en || project.ml }),
  };
  const letter = await writeNotice(ground, { name, language, values });
  await queueNotice(connection, ground.config, { kind: name, address: donor.email, language, ...letter });
}

/** Everything that waits of an event, each in the transaction that marks it handled. @returns how many */
export async function drain(
  { sql, clock }: Needs,
  what: { event: string; handler: string },
  act: (connection: Connection, payload: Record<string, string>) => Promise<void>,
): Promise<number> {
  const one = (connection: Connection) =>
    takeEvent(connection, { ...what, now: clock.now() }).then(async (event) => {
      if (event) await act(connection, event.payload);
      return event !== null;
    });
  let done = 0;
  while (await transaction(sql, one)) done++;
  return done;
}
