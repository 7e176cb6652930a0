import { normaliseEmail } from '../../contacts/addresses.ts';
import { type Connection, transaction } from '../../db.ts';
import { queueNotice } from '../../deliveries/notices.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { formatDay, translate } from '../../i18n.ts';
import type { Keys } from '../../keys.ts';
import { guestToken, isUninvitable, noteGuest } from '../../pages/occasions/guests.ts';
import { say } from '../../say.ts';
import { writeNotice } from '../notice-letters.ts';
import { aboveOf } from './keeper-letters.ts';
import { type PageFacts, pageFacts } from './page.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock' | 'config'>;

/** The notice by which a family invites a guest. */
const INVITATION = 'occasion-invitation';
/** Addresses in one sending, and in all of a page. */
const AT_ONCE = 100;
const MOST = 500;
/** Behind codes, receipts and thanks. */
const LATER = 200;

/** What became of addresses that a family typed. */
export interface Invited {
  /** Invitations that go out now. */
  sent: number;
  /** Invited before, or those who want no such mails; which of both is theirs to tell. */
  known: number;
  /** What is no e-mail address, as it was typed. */
  bad: string[];
}

/**
 * Invites guests by mail, each address once for an occasion; who unsubscribed, whose mailbox is dead and who withdrew
 * the consent for invitations is passed over.
 * @param wish.addresses as people paste them: one a line, or parted by commas, with names or without
 * @throws Refusal while guests may not see the page, and for too many
 */
export async function inviteGuests(
  ground: Needs,
  { occasionId, addresses }: { occasionId: string; addresses: string; user: 'family' },
): Promise<Invited> {
  const { good, bad } = addressesIn(addresses);
  if (good.length > AT_ONCE) throw new Refusal(say`Invite ${AT_ONCE} guests at a time, then the next.`);
  return transaction(ground.sql, async (connection) => {
    const page = found(await pageFacts(connection, occasionId), say`There is no such page.`);
    if (page.state !== 'live') throw new Refusal(say`Guests can be invited once the page is shown.`, 409);
    await requireRoom(connection, occasionId, good.length);
    let sent = 0;
    for (const address of good) if (await invite(connection, ground, { page, address })) sent++;
    return { sent, known: good.length - sent, bad };
  });
}

/** Each address once, in its kept form. */
export function addressesIn(text: string): { good: string[]; bad: string[] } {
  const pieces = text.split(/[\n\r,;]+/).flatMap((piece) => {
    const named = /<([^<>]+)>/.exec(piece)?.[1];
    if (named) return [named];
    return (piece.match(/@/g) ?? []).length > 1 ? piece.split(/\s+/) : [piece];
  });
  const good = new Set<string>();
  const bad: string[] = [];
  for (const piece of pieces.map((one) => one.trim()).filter(Boolean)) {
    const read = normaliseEmail(piece);
    if (read.ok) good.add(read.value);
    else bad.push(piece.slice(0, 100));
  }
  return { good: [...good], bad };
}

async function requireRoom(connection: Connection, occasionId: string, more: number): Promise<void> {
  const { rows } = await connection.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM occasion_guest WHERE occasion_id::text = $1',
    [occasionId],
  );
  if ((rows[0]?.count ?? 0) + more > MOST)
    throw new Refusal(
      say`A page invites ${MOST} guests by mail at most. Share its address by WhatsApp with the others.`,
    );
}

interface Guest {
  page: PageFacts;
  /** Normalised. */
  address: string;
}

/** @returns whether an invitation goes out */
async function invite(connection: Connection, ground: Needs, { page, address }: Guest): Promise<boolean> {
  const guest = { occasionId: page.id, address, at: ground.clock.now() };
  if (await isUninvitable(connection, address)) {
    await noteGuest(connection, { ...guest, noticeId: null, outcome: 'unwanted' });
    return false;
  }
  if (!(await noteGuest(connection, { ...guest, noticeId: null, outcome: null }))) return false;
  const noticeId = await write(connection, ground, { page, address });
  await noteGuest(connection, { ...guest, noticeId, outcome: null });
  return true;
}

async function write(connection: Connection, ground: Needs, { page, address }: Guest): Promise<string> {
  const { language, mood, names } = page;
  const { hash, code, from, line } = await wordsFor(connection, ground.keys, { page, address });
  const leaveUrl = `${ground.config.publicUrl}/invitations/${guestToken(ground.keys, hash)}`;
  const day = page.day ? formatDay(new Date(`${page.day}T12:00:00+05:30`), language) : '';
  const values = {
    ...{ above: aboveOf(page), page: names, line, day, code },
    title: translate(language, 'occasion.invite.title', { page: names, mood }),
    text: translate(language, 'occasion.invite.text', { from: from || names, mood }),
    page_url: `${ground.config.publicUrl}/o/${page.code}?lang=${language}`,
    leave_url: `${leaveUrl}?lang=${language}`,
  };
  const letter = await writeNotice(
    { sql: connection, config: ground.config },
    { name: INVITATION, language, values },
  );
  return queueNotice(connection, ground.config, {
    ...{ kind: INVITATION, address, language, priority: LATER, leaveUrl, about: `occasion:${page.id}` },
    ...letter,
  });
}

/** Words of the page for its guests, and the code where only guests with it may see it. */
async function wordsFor(connection: Connection, keys: Keys, { page, address }: Guest) {
  const { rows } = await connection.query(
    `SELECT shown->>'from' AS "from", shown->>'line' AS line, address_hash('email', $2) AS hash,
            CASE WHEN visibility = 'guests' THEN guest_code END AS code FROM occasion WHERE id::text = $1`,
    [page.id, address],
  );
  const { code, ...words } = rows[0];
  return { ...words, code: code ? keys.open('occasion-contact', code) : '' } as Record<
    'hash' | 'code' | 'from' | 'line',
    string
  >;
}
