import type { ImapFlow } from 'imapflow';

/** A mailbox on an IMAP server. */
export interface Mailbox {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean;
  user: string;
  password: string;
  folder: string;
  /** What is done with a mail that is recorded: marked as read, deleted, or moved to this folder. */
  after: 'mark' | 'delete' | { moveTo: string };
}

/** How far a mailbox is read; UIDs only grow while the validity is the same (RFC 3501 section 2.3.1.1). */
export interface Cursor {
  uidValidity: string;
  uid: number;
}

export interface FetchedMail {
  uid: number;
  /** Its first bytes, as many as were asked for. */
  source: Buffer;
}

export interface Reader {
  /** Where to go on; null for the beginning. */
  cursor: Cursor | null;
  /** Bytes of each mail that are read. */
  longest: number;
  /** Records a batch, durably. Answers the UIDs of those that may leave the mailbox. */
  take(mails: FetchedMail[]): Promise<number[]>;
  /** Called when a batch is recorded and put aside. */
  reached(cursor: Cursor): Promise<void>;
}

const BATCH = 25;
const TIMEOUT_MS = 60_000;

/**
 * Reads what is new in a mailbox, in small batches by UID: fetched without marking, recorded, and only
 * then marked, moved or deleted. What breaks off goes on where it stopped. @returns how many were read
 * @throws what the connection fails with
 */
export async function readMailbox(box: Mailbox, reader: Reader): Promise<number> {
  const client = await connectTo(box);
  let broken: Error | undefined;
  client.on('error', (error: Error) => {
    broken = error;
  });
  await client.connect();
  try {
    const lock = await client.getMailboxLock(box.folder);
    try {
      return await readNew(client, box, reader);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw broken ?? error;
  } finally {
    await client.logout().catch(() => client.close());
  }
}

/** How many mails the folder holds; changes nothing. @throws what the connection fails with */
export async function lookInto(box: Mailbox): Promise<number> {
  const client = await connectTo(box);
  client.on('error', () => undefined); // what is asked next fails with it
  await client.connect();
  try {
    return done(await client.status(box.folder, { messages: true }), 'tell').messages ?? 0;
  } finally {
    await client.logout().catch(() => client.close());
  }
}

/** The library is loaded by who has a mailbox: it is a tenth of a worker's memory. */
async function connectTo({ host, port, secure, user, password }: Mailbox): Promise<ImapFlow> {
  const { ImapFlow } = await import('imapflow');
  return new ImapFlow({
    ...{ host, port, secure, auth: { user, pass: password }, logger: false, disableAutoIdle: true },
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
  });
}

async function readNew(client: ImapFlow, box: Mailbox, reader: Reader): Promise<number> {
  const uidValidity = String(client.mailbox ? client.mailbox.uidValidity : '');
  let uid = reader.cursor?.uidValidity === uidValidity ? reader.cursor.uid : 0;
  let count = 0;
  for (let batch = await fetchAfter(client, uid, reader.longest); batch.length; ) {
    const recorded = await reader.take(batch);
    if (recorded.length) await putAside(client, box, recorded);
    uid = Math.max(...batch.map((mail) => mail.uid));
    count += batch.length;
    await reader.reached({ uidValidity, uid });
    batch = await fetchAfter(client, uid, reader.longest);
  }
  return count;
}

/** `n:*` names the last mail even when its UID is below n (RFC 3501 section 9, seq-range). */
async function fetchAfter(client: ImapFlow, after: number, maxLength: number): Promise<FetchedMail[]> {
  const found = await client.search({ uid: `${after + 1}:*` }, { uid: true });
  const uids = done(found, 'search')
    .filter((uid) => uid > after)
    .sort((a, b) => a - b)
    .slice(0, BATCH);
  if (!uids.length) return [];
  const mails: FetchedMail[] = [];
  const query = { uid: true, source: { start: 0, maxLength } };
  for await (const { uid, source } of client.fetch(uids, query, { uid: true })) {
    mails.push({ uid, source: source ?? Buffer.alloc(0) });
  }
  return mails;
}

async function putAside(client: ImapFlow, { after }: Mailbox, uids: number[]): Promise<void> {
  if (after === 'delete') done(await client.messageDelete(uids, { uid: true }), 'delete');
  else if (after === 'mark') done(await client.messageFlagsAdd(uids, ['\\Seen'], { uid: true }), 'mark');
  else done(await client.messageMove(uids, after.moveTo, { uid: true }), 'move');
}

/** The client answers false where the server refused or the connection broke. */
function done<T>(result: T | false | undefined, what: string): T {
  if (result === false || result === undefined) throw new Error(`the server did not ${what}`);
  return result;
}
