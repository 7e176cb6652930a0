import { setConsent } from '../../contacts/consent.ts';
import { suppressAll } from '../../contacts/suppression.ts';
import type { Connection } from '../../db.ts';
import type { Ground } from '../../ground.ts';
import { type DeliveryState, deliveryStatesBefore } from '../states.ts';
import { unsubscribeWithin } from '../unsubscribe.ts';
import type { About } from './find.ts';
import type { Told } from './told.ts';

/** One return, known to be about somebody. */
export interface Return {
  id: bigint;
  inbox: bigint;
  told: Told;
  about: About;
  /** For the suppression it causes, such as `imap, run 12`. */
  source: string;
}

export interface Hands {
  connection: Connection;
  clock: Ground['clock'];
}

/** The outcome of this attempt is not written yet: look again in a moment. */
export class StillSending extends Error {
  override readonly name = 'StillSending';
}

/**
 * A mailbox that is full for a weekend loses nobody: an address rests when mails of three different runs
 * came back from it in 30 days, and is tried again after 30 days more.
 */
const SOFT = { bounces: 3, days: 30, restDays: 30 };

/**
 * Soft reasons that speak of the mailbox or its server. The others (blocked, spamdetected, authfailure …)
 * speak of us, and would suppress a whole provider's people for our fault.
 */
const OF_THE_MAILBOX = [
  ...['mailboxfull', 'suspend', 'exceedlimit', 'expired', 'filtered', 'mailererror', 'systemfull'],
  ...['networkerror', 'onhold', 'systemerror', 'undefined', 'userunknown', 'hostunknown', 'hasmoved'],
  'notaccept',
];

/** RFC 5965 section 3.1 and RFC 6650: reports of readers, and no `not-spam`, `virus` or `auth-failure`. */
const COMPLAINTS = ['abuse', 'fraud', 'opt-out', 'opt-out-list', 'other', 'complaint'];

/** Does what a bounce, a complaint or an unsubscribe asks for. @returns what was done, in one word */
export async function takeEffect(hands: Hands, given: Return): Promise<string> {
  const { kind, feedback = 'abuse' } = given.told;
  if (kind === 'bounce') return bounce(hands, given);
  if (kind === 'complaint') return COMPLAINTS.includes(feedback) ? complain(hands, given) : 'none';
  if (kind === 'unsubscribe') return withdraw(hands, given);
  return 'none';
}

async function bounce({ connection }: Hands, given: Return): Promise<string> {
  const { told, about } = given;
  const moved = await moveDelivery(connection, given, 'bounced');
  if (about.delivery && !moved && about.delivery.state !== 'bounced') return 'known';
  if (told.hard) await suppressHash(connection, given, { reason: 'hardbounce', days: null });
  else if (await bouncesTooOften(connection, given))
    await suppressHash(connection, given, { reason: 'softbounce', days: SOFT.restDays });
  else if (!about.delivery) return 'counted';
  return moved ? 'bounced' : about.delivery ? 'known' : 'suppressed';
}

async function complain(hands: Hands, given: Return): Promise<string> {
  const { connection } = hands;
  const moved = await moveDelivery(connection, given, 'complained');
  await withdrawConsents(connection, given);
  await suppressHash(connection, given, { reason: 'complaint', days: null });
  return moved ? 'complained' : given.about.delivery ? 'known' : 'suppressed';
}

async function withdraw(hands: Hands, { about }: Return): Promise<string> {
  const { ref, delivery } = about;
  if (!ref || !delivery) return 'none';
  const { rows } = await hands.connection.query('SELECT id FROM contact WHERE id = $1', [delivery.contactId]);
  const recipient = { ...ref, contactId: rows[0]?.id ?? null, language: '', purpose: delivery.purpose };
  await unsubscribeWithin(hands, recipient, 'unsubscribe mail');
  return 'unsubscribed';
}

/** @throws StillSending while the attempt has no outcome yet */
async function moveDelivery(
  connection: Connection,
  { about, told }: Return,
  to: DeliveryState,
): Promise<boolean> {
  const { ref, delivery } = about;
  if (!ref || !delivery) return false;
  if (delivery.state === 'sending') throw new StillSending(`Delivery ${ref.run}/${ref.seq} is being sent.`);
  const { rowCount } = await connection.query(
    `UPDATE delivery SET state = $3, reason = $4, at = now()
      WHERE run = $1 AND seq = $2 AND state = ANY ($5::delivery_state[])`,
    [ref.run, ref.seq, to, told.reason, deliveryStatesBefore(to)],
  );
  return rowCount === 1;
}

async function bouncesTooOften(connection: Connection, { id, inbox, told, about }: Return): Promise<boolean> {
  if (!OF_THE_MAILBOX.includes(told.reason)) return false;
  const { rows } = await connection.query(
    `SELECT count(DISTINCT coalesce(run, -inbox))::int AS n FROM mail_return
      WHERE address_hash = $1 AND id <> $2 AND coalesce(run, -inbox) <> $3
        AND kind = 'bounce' AND effect IN ('bounced', 'counted', 'suppressed')
        AND reason = ANY ($4) AND at > now() - make_interval(days => $5)`,
    [about.hash, id, about.ref?.run ?? -inbox, OF_THE_MAILBOX, SOFT.days],
  );
  return rows[0].n + 1 >= SOFT.bounces;
}

async function suppressHash(
  connection: Connection,
  { about, source }: Return,
  { reason, days }: { reason: string; days: number | null },
): Promise<void> {
  const { rows } = await connection.query(
    `SELECT (SELECT value FROM address WHERE hash = $1 AND channel = 'email' LIMIT 1) AS value,
            now() + make_interval(days => $2) AS "expiresAt"`,
    [about.hash, days],
  );
  const { value, expiresAt } = rows[0];
  await suppressAll(connection, [{ channel: 'email', value, hash: about.hash, reason, source, expiresAt }]);
}

/** Of the person and purpose of the mail; where only the address is known, of everybody who reads it. */
async function withdrawConsents(connection: Connection, { about }: Return): Promise<void> {
  const { delivery, hash, ref } = about;
  const { rows } = await connection.query<{ contactId: string; purpose: string }>(
    `SELECT k.contact_id AS "contactId", k.purpose FROM consent k
      WHERE k.channel = 'email' AND k.given AND ($2::text IS NULL OR k.purpose = $2)
        AND CASE WHEN $1::uuid IS NULL
                 THEN k.contact_id IN (SELECT contact_id FROM address WHERE hash = $3 AND channel = 'email')
                 ELSE k.contact_id = $1 END`,
    [delivery?.contactId ?? null, delivery?.purpose ?? null, hash],
  );
  const proof = ref ? { run: String(ref.run), seq: ref.seq } : {};
  for (const row of rows)
    await setConsent(connection, { ...row, channel: 'email', given: false, basis: 'complaint', proof });
}
