import { audit } from '../../access/audit.ts';
import { type Connection, type Queryable, transaction } from '../../db.ts';
import { moveRun } from '../../deliveries/runs.ts';
import type { RunState } from '../../deliveries/states.ts';
import { found, Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { type Editor, type Revised, reviseMessage } from '../messages.ts';
import { domainOf } from '../sender.ts';
import { addVersion, type Contents, compileContents } from '../versions.ts';
import { composeEdition } from './compose.ts';
import { type Item, listItems, lockNewsletter, newItems } from './items.ts';
import { type Newsletter, subject } from './newsletters.ts';

/** `coming` waits for items, `drafted` for approval and its time; then it was sent, or skipped for a reason. */
export type EditionState = 'coming' | 'drafted' | 'sent' | 'skipped';

export interface Edition {
  id: string;
  number: number | null;
  dueAt: Date;
  state: EditionState;
  handwritten: boolean;
  /** Of the message's content. */
  version: number | null;
  run: bigint | null;
  reason: string | null;
  draftedAt: Date | null;
  endedAt: Date | null;
  hiddenAt: Date | null;
}

type Drafting = Pick<Ground, 'sql' | 'clock' | 'config'>;

export interface Draft {
  newsletter: Newsletter;
  editor: Editor;
  /** What it says, written by hand; without it the edition is composed of the new items. */
  contents?: Contents | undefined;
  /** Numbers of items that wait for another edition. */
  without?: number[] | undefined;
}

/**
 * Drafts the edition that comes next, or drafts it anew: what its message says is then this edition, and
 * an approval of what it said before is withdrawn.
 * @returns what the edit did, and the edition's number
 * @throws Refusal when nothing is new, it is being sent already, or the content does not compile
 */
export async function draftEdition(
  ground: Drafting,
  draft: Draft,
): Promise<Revised & { number: number; items: number[] }> {
  const { newsletter, contents: byHand } = draft;
  const edition = await openEdition(ground, newsletter.id);
  const number = edition.number ?? (await nextNumber(ground.sql, newsletter.id));
  const items = byHand ? [] : await itemsFor(ground, draft, edition);
  const contents =
    byHand ?? composeEdition(newsletter, { items, number, dueAt: edition.dueAt, site: siteOf(ground) });
  const { compiled } = await compileContents(ground, contents);
  const written = compiled.map(({ language }) => language);
  const known = newsletter.languages.filter((language) => written.includes(language));
  const author = draft.editor.userId ?? items.at(-1)?.addedBy ?? null;
  const change = { messageId: newsletter.messageId, editor: { ...draft.editor, userId: author } };
  const revised = await reviseMessage(ground, change, async (message, connection) => {
    await lockNewsletter(connection, newsletter.id);
    await requireOpen(connection, { newsletter, edition });
    const version = await addVersion(connection, {
      ...{ messageId: message.id, version: message.version, compiled, alone: true },
    });
    if (version === message.version && !edition.draftedAt) throw sameAgain(newsletter);
    await keepDraft(connection, {
      edition,
      number,
      version,
      items,
      byHand: Boolean(byHand),
      at: ground.clock.now(),
    });
    const entry = { actor: draft.editor.actor, action: 'edition.drafted', ...subject(newsletter.id) };
    const after = { number, dueAt: edition.dueAt, version, items: items.map((item) => item.number) };
    await audit(connection, { ...entry, after });
    return { version, audience: { ...message.audience, fallback: known.length ? known : written } };
  });
  return { ...revised, number, items: items.map((item) => item.number) };
}

/** The start of this installation. */
export const siteOf = ({ config }: Pick<Ground, 'config'>): string => `${config.publicUrl}/`;

const sameAgain = ({ slug }: Newsletter) =>
  new Refusal(say`This is word for word what the last edition of ${slug} said. Write something new.`, 409);

/** The edition in the making. @throws Refusal while the newsletter has none */
async function openEdition({ sql }: Drafting, newsletterId: string): Promise<Edition> {
  const edition = await findOpen(sql, newsletterId);
  return found(
    edition,
    say`No edition is coming: the newsletter is not scheduled, or a worker has not seen its schedule yet.`,
  );
}

/** The items of an edition when it is drafted: those it has, and what is new. */
async function itemsFor(
  { sql }: Drafting,
  { newsletter, without = [] }: Draft,
  edition: Edition,
): Promise<Item[]> {
  const all = await listItems({ sql }, newsletter.id);
  const own = all.filter(({ editionId }) => editionId === edition.id);
  const items = [...own, ...newItems(all, edition.dueAt)]
    .filter((item) => !without.includes(item.number))
    .sort((a, b) => a.number - b.number);
  if (items.length) return items;
  const add = say`Add an item: wecare newsletter item add ${newsletter.slug}`;
  throw new Refusal(say`Nothing is new for the edition of ${newsletter.slug}. ${add}`, 409);
}

/** The number that the next edition gets. */
export async function nextNumber(sql: Queryable, newsletterId: string): Promise<number> {
  const { rows } = await sql.query<{ number: number }>(
    'SELECT coalesce(max(number), 0) + 1 AS number FROM edition WHERE newsletter_id = $1',
    [newsletterId],
  );
  return rows[0]?.number ?? 1;
}

/** An edition whose run is under way is what it is. */
async function requireOpen(
  connection: Connection,
  { newsletter, edition }: { newsletter: Newsletter; edition: Edition },
): Promise<void> {
  const now = await findOpen(connection, newsletter.id);
  const run = await runOf(connection, newsletter.messageId, edition.dueAt);
  if (now?.id === edition.id && now.dueAt.getTime() === edition.dueAt.getTime() && !isUnderWay(run?.state))
    return;
  throw new Refusal(
    say`Meanwhile this edition was sent or skipped. Look again: wecare newsletter status`,
    409,
  );
}

interface Keeping {
  edition: Edition;
  number: number;
  version: number;
  items: Item[];
  byHand: boolean;
  at: Date;
}

async function keepDraft(connection: Connection, keeping: Keeping): Promise<void> {
  const { edition, number, version, items, byHand, at } = keeping;
  await connection.query(
    "UPDATE edition SET state = 'drafted', number = $2, version = $3, handwritten = $4, drafted_at = $5, reason = NULL WHERE id = $1",
    [edition.id, number, version, byHand, at],
  );
  await connection.query('UPDATE newsletter_item SET edition_id = NULL WHERE edition_id = $1', [edition.id]);
  const { rowCount } = await connection.query(
    'UPDATE newsletter_item SET edition_id = $1 WHERE id = ANY ($2) AND edition_id IS NULL',
    [edition.id, items.map(({ id }) => id)],
  );
  if (rowCount === items.length) return;
  throw new Refusal(say`Its items were changed meanwhile. Draft it again.`, 409);
}

/**
 * Skips the edition in the making: nothing of it is sent, its items wait for the next one, and its run
 * says why.
 * @throws Refusal when there is none, or it is being sent
 */
export async function skipEdition(
  { sql, clock }: Pick<Drafting, 'sql' | 'clock'>,
  newsletter: Newsletter,
  { reason, actor }: { reason: string; actor: string },
): Promise<Edition> {
  return transaction(sql, async (connection) => {
    await lockNewsletter(connection, newsletter.id);
    const edition = found(
      await findOpen(connection, newsletter.id),
      say`No edition of ${newsletter.slug} is coming.`,
    );
    const run = await closeRun(connection, { newsletter, edition, reason, actor, at: clock.now() });
    const skipped = await markSkipped(connection, edition, { reason, run, at: clock.now() });
    const entry = { actor, action: 'edition.skipped', ...subject(newsletter.id) };
    await audit(connection, { ...entry, after: { dueAt: edition.dueAt, reason } });
    return skipped;
  });
}

interface Closing {
  newsletter: Newsletter;
  edition: Edition;
  reason: string;
  actor: string;
  at: Date;
}

/** Cancels the run of an edition; where there is none yet makes a cancelled one, which tells of it. */
async function closeRun(
  connection: Connection,
  { newsletter, edition, reason, actor, at }: Closing,
): Promise<bigint> {
  const run = await runOf(connection, newsletter.messageId, edition.dueAt);
  if (run && isUnderWay(run.state)) {
    const pause = say`Pause or cancel it with "wecare campaign".`;
    throw new Refusal(say`Edition ${edition.number ?? ''} is being sent, in run ${run.id}. ${pause}`, 409);
  }
  if (run) {
    await moveRun(connection, { run: run.id, to: 'cancelled', actor, reason });
    return run.id;
  }
  const { rows: messages } = await connection.query<{ from_address: string }>(
    'SELECT from_address FROM message WHERE id = $1',
    [newsletter.messageId],
  );
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO run (message_id, version, channel, purpose, sender_domain, unknown_policy, state, due_at, created_at, ended_at, reason)
     SELECT id, version, channel, purpose, $2, unknown_policy, 'cancelled', $3, $4, $4, $5 FROM message WHERE id = $1
     RETURNING id`,
    [newsletter.messageId, domainOf(messages[0]?.from_address ?? ''), edition.dueAt, at, reason],
  );
  return BigInt(rows[0]?.id ?? 0);
}

/** Its number and its items go back. */
export async function markSkipped(
  connection: Connection,
  edition: Edition,
  { reason, run, at }: { reason: string; run: bigint; at: Date },
): Promise<Edition> {
  await connection.query(
    "UPDATE edition SET state = 'skipped', number = NULL, reason = $2, run_id = $3, ended_at = $4 WHERE id = $1",
    [edition.id, reason, run, at],
  );
  await connection.query('UPDATE newsletter_item SET edition_id = NULL WHERE edition_id = $1', [edition.id]);
  return { ...edition, state: 'skipped', number: null, reason, run, endedAt: at };
}

/** Editions, the newest first. */
export async function listEditions({ sql }: { sql: Queryable }, newsletterId: string): Promise<Edition[]> {
  const { rows } = await sql.query<EditionRow>(
    `SELECT ${COLUMNS} FROM edition WHERE newsletter_id = $1 ORDER BY due_at DESC LIMIT 200`,
    [newsletterId],
  );
  return rows.map(editionOf);
}

/** The one edition in the making, if there is one. */
export async function findOpen(sql: Queryable, newsletterId: string): Promise<Edition | undefined> {
  const { rows } = await sql.query<EditionRow>(
    `SELECT ${COLUMNS} FROM edition WHERE newsletter_id = $1 AND state IN ('coming', 'drafted')`,
    [newsletterId],
  );
  return rows[0] && editionOf(rows[0]);
}

/** The run of a message that is due then. */
export async function runOf(
  sql: Queryable,
  messageId: string,
  dueAt: Date,
): Promise<{ id: bigint; state: RunState } | undefined> {
  const { rows } = await sql.query<{ id: string; state: RunState }>(
    'SELECT id, state FROM run WHERE message_id = $1 AND due_at = $2',
    [messageId, dueAt],
  );
  return rows[0] && { id: BigInt(rows[0].id), state: rows[0].state };
}

export const isUnderWay = (state: RunState | undefined): boolean =>
  state !== undefined && ['freezing', 'running', 'paused', 'finished'].includes(state);

type EditionRow = Omit<Edition, 'run'> & { run: string | null };
const editionOf = (row: EditionRow): Edition => ({ ...row, run: row.run === null ? null : BigInt(row.run) });

const COLUMNS = `id, number, due_at AS "dueAt", state, handwritten, version, run_id AS run, reason,
  drafted_at AS "draftedAt", ended_at AS "endedAt", hidden_at AS "hiddenAt"`;
