import { audit } from '../../access/audit.ts';
import { requireRole, type User } from '../../access/users.ts';
import { transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { findMessage, type LatePolicy } from '../messages.ts';
import { nextDates } from '../schedule.ts';
import { inWords } from '../words.ts';
import { editionAddress } from './address.ts';
import { type Edition, listEditions, runOf } from './editions.ts';
import { listItems, newItems } from './items.ts';
import { type Newsletter, subject } from './newsletters.ts';

export interface EditionStatus extends Edition {
  /** Of a drafted one: who approved what it says now. */
  approvedBy: string | null;
  /** Where it is read, once it was sent. */
  webUrl: string | null;
  /** Numbers of its items. */
  items: number[];
}

export interface NewsletterStatus {
  newsletter: Newsletter;
  /** Title of the campaign by which `wecare campaign` knows it. */
  campaign: string;
  latePolicy: LatePolicy;
  scheduleInWords: { en: string; ml: string } | null;
  nextDates: Date[];
  /** Items that the next edition takes. */
  waiting: number[];
  /** In the making; null until the newsletter is scheduled and a worker has seen it. */
  next: EditionStatus | null;
  /** When an edition that is coming is drafted. */
  draftedOn: Date | null;
  /** The run of the next edition, where it is late and asks whether it should still be sent. */
  asks: bigint | null;
  /** The newest first. */
  past: EditionStatus[];
}

type StatusGround = Pick<Ground, 'sql' | 'clock' | 'config'>;

/** All that staff ask about a newsletter. */
export async function newsletterStatus(
  ground: StatusGround,
  newsletter: Newsletter,
): Promise<NewsletterStatus> {
  const { schedule, draftHours } = newsletter;
  const message = await findMessage(ground.sql, newsletter.messageId);
  const editions = await editionsOf(ground, newsletter);
  const next = editions.find(({ state }) => state === 'coming' || state === 'drafted') ?? null;
  const items = await listItems(ground, newsletter.id);
  const run = next && (await runOf(ground.sql, newsletter.messageId, next.dueAt));
  const { rows } = await ground.sql.query<{ name: string }>('SELECT name FROM campaign WHERE id = $1', [
    newsletter.campaignId,
  ]);
  return {
    ...{ newsletter, campaign: rows[0]?.name ?? '', latePolicy: message.latePolicy },
    scheduleInWords: schedule && { en: inWords(schedule, 'en'), ml: inWords(schedule, 'ml') },
    nextDates: schedule ? nextDates(schedule, ground.clock.now(), 5) : [],
    waiting: newItems(items, next?.dueAt ?? ground.clock.now()).map(({ number }) => number),
    draftedOn: next?.state === 'coming' ? new Date(next.dueAt.getTime() - draftHours * 3_600_000) : null,
    asks: run?.state === 'asked' ? run.id : null,
    ...{ next, past: editions.filter((edition) => edition !== next) },
  };
}

/** Every edition with what people ask of it, the newest first. */
export async function editionsOf(
  { sql, config }: Pick<StatusGround, 'sql' | 'config'>,
  newsletter: Newsletter,
): Promise<EditionStatus[]> {
  const items = await listItems({ sql }, newsletter.id);
  const { rows } = await sql.query<{ by: string }>(
    `SELECT u.email AS by FROM message m JOIN approval a ON a.message_id = m.id AND a.revision = m.revision
       JOIN app_user u ON u.id = a.user_id WHERE m.id = $1`,
    [newsletter.messageId],
  );
  const open = newsletter.public && newsletter.archive;
  return (await listEditions({ sql }, newsletter.id)).map((edition) => {
    const { id, number, state, hiddenAt } = edition;
    const isPublic = open && state === 'sent' && number !== null && !hiddenAt;
    return {
      ...edition,
      approvedBy: state === 'drafted' ? (rows[0]?.by ?? null) : null,
      webUrl: isPublic ? editionAddress(config.publicUrl, newsletter.slug, number) : null,
      items: items.filter(({ editionId }) => editionId === id).map((item) => item.number),
    };
  });
}

/**
 * Takes the page of an edition that was sent off the web and out of the feeds, or puts it back.
 * @throws Refusal when no such edition was sent, and for a user who may not
 */
export async function hideEdition(
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  { newsletter, number, hidden }: { newsletter: Newsletter; number: number; hidden: boolean },
  user: User,
): Promise<void> {
  requireRole(user, ['author', 'approver', 'administrator'], say`change what is public`);
  await transaction(sql, async (connection) => {
    const { rowCount } = await connection.query(
      "UPDATE edition SET hidden_at = $3 WHERE newsletter_id = $1 AND number = $2 AND state = 'sent'",
      [newsletter.id, number, hidden ? clock.now() : null],
    );
    if (!rowCount) throw new Refusal(say`No edition ${number} of ${newsletter.slug} was sent.`, 404);
    await connection.query('UPDATE newsletter SET changed_at = $2 WHERE id = $1', [
      newsletter.id,
      clock.now(),
    ]);
    const action = hidden ? 'edition.hidden' : 'edition.shown';
    await audit(connection, { actor: user.email, action, ...subject(newsletter.id), after: { number } });
  });
}
