import { classifyMail } from '../../../channels/email/bounces/classify.ts';
import {
  type Cursor,
  type FetchedMail,
  type Mailbox,
  readMailbox,
} from '../../../channels/email/bounces/mailbox.ts';
import { readTraces } from '../../../channels/email/bounces/traces.ts';
import type { Config } from '../../config.ts';
import type { Sql } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { KEPT_BYTES, recordReturn } from './record.ts';

export interface Fetched {
  /** Mails that were read. */
  read: number;
  /** Of these, recorded for the first time. */
  recorded: number;
}

type FetchGround = Pick<Ground, 'sql' | 'locks' | 'config' | 'log'>;

/** A connection that breaks is made anew, so often in one go. */
const CONNECTIONS = 3;

/**
 * Reads what is new in the mailbox of BOUNCE_IMAP_URL and records it; a mail is marked, moved or deleted
 * only after that. Answers of people are recorded and left as they are. One process at a time.
 * @returns null when another process is at it
 * @throws Refusal when no mailbox is set, or it cannot be read
 */
export async function fetchReturns(ground: FetchGround): Promise<Fetched | null> {
  const box = mailboxOf(ground.config);
  const fetched: Fetched = { read: 0, recorded: 0 };
  const done = await ground.locks.exclusively('returns:imap', () => readPersistently(ground, box, fetched));
  return done === undefined ? null : fetched;
}

async function readPersistently(ground: FetchGround, box: Mailbox, fetched: Fetched): Promise<true> {
  for (let connection = 1; ; connection++) {
    const before = fetched.read;
    try {
      await readOnce(ground, box, fetched);
      return true;
    } catch (error) {
      const why = error as Error & { responseText?: string };
      const said = (why.responseText ?? why.message).replace(/\.$/, '');
      ground.log.warn({ err: error, connection }, 'the bounce mailbox broke off');
      if (connection < CONNECTIONS && fetched.read > before) continue;
      throw new Refusal(
        `The mailbox ${box.folder} at ${box.host}:${box.port} cannot be read: ${said}. Check BOUNCE_IMAP_URL and BOUNCE_IMAP_PASSWORD; nothing is lost meanwhile.`,
        503,
      );
    }
  }
}

async function readOnce({ sql }: FetchGround, box: Mailbox, fetched: Fetched): Promise<void> {
  const key = `bounce-mailbox:${box.user}@${box.host}/${box.folder}`;
  await readMailbox(box, {
    cursor: await readCursor(sql, key),
    longest: KEPT_BYTES,
    take: async (mails) => {
      for (const { source } of mails) {
        if (await recordReturn(sql, { source: 'imap', body: source })) fetched.recorded++;
      }
      fetched.read += mails.length;
      return mails.filter(isOurs).map(({ uid }) => uid);
    },
    reached: (cursor) => writeCursor(sql, key, cursor),
  });
}

/** What a person wrote to the mailbox stays for a person. */
const isOurs = ({ source }: FetchedMail): boolean =>
  classifyMail(source).kind !== 'other' || readTraces(source).unsubscribes.length > 0;

async function readCursor(sql: Sql, key: string): Promise<Cursor | null> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [key]);
  return rows[0]?.value ?? null;
}

async function writeCursor(sql: Sql, key: string, cursor: Cursor): Promise<void> {
  await sql.query(
    `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    [key, JSON.stringify(cursor)],
  );
}

/** The mailbox that the settings name. @throws Refusal that says what is missing */
export function mailboxOf(
  config: Pick<Config, 'BOUNCE_IMAP_URL' | 'BOUNCE_IMAP_PASSWORD' | 'BOUNCE_IMAP_AFTER'>,
): Mailbox {
  const { BOUNCE_IMAP_URL: address, BOUNCE_IMAP_PASSWORD: password, BOUNCE_IMAP_AFTER: after } = config;
  if (!address) throw new Refusal('No mailbox for bounces is set. Set BOUNCE_IMAP_URL; see .env.example.');
  const url = new URL(address);
  if (!url.username || !password)
    throw new Refusal('The bounce mailbox needs a user in BOUNCE_IMAP_URL and its BOUNCE_IMAP_PASSWORD.');
  const secure = url.protocol === 'imaps:';
  return {
    ...{ host: url.hostname, port: Number(url.port || (secure ? 993 : 143)), secure },
    ...{ user: decodeURIComponent(url.username), password },
    folder: decodeURIComponent(url.pathname.slice(1)) || 'INBOX',
    after: after === 'mark' || after === 'delete' ? after : { moveTo: after.slice('move:'.length) },
  };
}
