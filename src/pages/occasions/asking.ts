import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { OccasionContent } from './content.ts';
import { happen } from './events.ts';
import { missingOf } from './make.ts';
import { occasionPolicy } from './policy.ts';
import { type Sign, signsOfOthers, signsOfText } from './signs.ts';
import { type LockedOccasion, lockOccasion, nextState, type OccasionState } from './states.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/** Who declares what before a page is shown. */
export interface Declared {
  /** An adult answers for the page; what was declared before still holds. */
  adult: boolean;
  /** For a child: which parent or guardian agrees, by name. */
  parent?: string;
}

/**
 * Keeps what was declared while the contact is not proven yet, so that the page can be shown as soon as it is.
 * @throws Refusal when nobody of age answers
 */
export async function declareFor(
  { sql, keys, clock }: Needs,
  id: string,
  { adult, parent }: Declared,
): Promise<void> {
  if (!adult) throw notOfAge();
  const name = parent?.trim();
  await sql.query(
    'UPDATE occasion SET adult_at = coalesce(adult_at, $2), parent = coalesce($3, parent) WHERE id::text = $1',
    [id, clock.now(), name ? keys.seal('occasion-contact', name) : null],
  );
}

const notOfAge = () => new Refusal(say`Somebody of age must answer for the page. Tick the box that says so.`);

/** Signs for which a page is looked at first even where the policy says afterwards. */
const FIRST: readonly Sign['name'][] = ['link', 'phone', 'known-name', 'copied-picture', 'mixed-letters'];

/**
 * Asks that a page, as it was last written, be shown. By policy it is shown at once and looked at afterwards,
 * or waits for somebody; what has a sign of risk always waits. An edit of a page that is shown waits beside it.
 *
 * @returns whether guests see it now
 * @throws Refusal when something is missing, naming it
 */
export async function askToShow(
  { sql, keys, clock }: Needs,
  id: string,
  declared: Declared,
): Promise<{ shown: boolean }> {
  return transaction(sql, async (connection) => {
    const page = await lockOccasion(connection, id);
    const row = await rowOf(connection, id);
    requireComplete(page, row, declared);
    const policy = await occasionPolicy(connection);
    const signs = [...signsOfText(row.content, policy), ...(await signsOfOthers(connection, id))];
    const wait = policy.look === 'before' || signs.some(({ name }) => FIRST.includes(name));
    const state = nextState(page.state, wait ? 'ask' : 'publish');
    const at = clock.now();
    const parent = declared.parent?.trim();
    await connection.query(
      `UPDATE occasion SET state = $2, asked_edition = edition, asked_at = $3, looked_at = NULL, signs = $4,
              adult_at = coalesce(adult_at, $3), parent = coalesce($5, parent) WHERE id = $1`,
      [
        // What guests see and that they see it is one row of one statement: show() writes both.
        ...[page.id, wait ? state : page.state, at, JSON.stringify(signs)],
        parent ? keys.seal('occasion-contact', parent) : null,
      ],
    );
    const event = { occasionId: page.id, at, actor: 'family', edition: page.edition, content: row.content };
    await happen(connection, { ...event, what: 'asked' });
    if (!wait) await show(connection, { page, state, at, actor: 'family' });
    return { shown: !wait };
  });
}

interface Row {
  content: OccasionContent;
  child: boolean;
  adult: boolean;
  parent: Buffer | null;
  verified: boolean;
}

async function rowOf(connection: Connection, id: string): Promise<Row> {
  const { rows } = await connection.query(
    `SELECT content, child, adult_at IS NOT NULL AS adult, parent, EXISTS (SELECT FROM occasion_keeper k WHERE k.occasion_id = o.id
        AND k.verified_at IS NOT NULL AND k.ended_at IS NULL) AS verified FROM occasion o WHERE id::text = $1`,
    [id],
  );
  return { ...rows[0], content: OccasionContent.parse(rows[0].content) };
}

function requireComplete(page: LockedOccasion, row: Row, { adult, parent }: Declared): void {
  const [missing] = missingOf({ kind: page.kind, content: row.content });
  if (missing === 'names') throw new Refusal(say`Say whose day it is before the page is shown.`);
  if (missing === 'day') throw new Refusal(say`Say which day it is before the page is shown.`);
  if (!row.verified) throw new Refusal(say`Type the code that we sent before the page is shown.`);
  if (!adult && !row.adult) throw notOfAge();
  if (row.child && !parent?.trim() && !row.parent)
    throw new Refusal(say`For a child, a parent or guardian agrees. Write their name.`);
}

interface Showing {
  page: Pick<LockedOccasion, 'id'>;
  state: OccasionState;
  at: Date;
  actor: string;
  words?: string;
}

/** Puts the newest edition before guests. @param shown.state in which the page is then, live or closed */
export async function show(
  connection: Connection,
  { page, state, at, actor, words }: Showing,
): Promise<void> {
  const { rows } = await connection.query<{ edition: number }>(
    `UPDATE occasion SET state = $3, shown = content, shown_edition = edition, shown_at = coalesce(shown_at, $2), asked_edition = NULL,
            day = (content->>'day')::date, visibility = content->>'visibility', language = content->>'language',
            project_id = (content->>'project')::uuid WHERE id = $1 RETURNING edition`,
    [page.id, at, state],
  );
  const edition = rows[0]?.edition as number;
  await happen(connection, { occasionId: page.id, at, what: 'shown', actor, edition, words: words ?? null });
}
