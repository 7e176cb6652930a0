import { type Connection, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { checkCode, wrongCode } from './contact-codes.ts';
import { type Keeper, keeperById } from './keepers.ts';
import { isStale, verify } from './proof.ts';

type Needs = Pick<Ground, 'sql' | 'keys' | 'clock'>;

/** Whoever has a number that was the family's gets the code too; the day of the page they do not know. */
const DAY_TRIES = 5;
const MONTH_DAYS = 30;

interface Typed {
  /** Whose code it is. */
  keeperId: string;
  code: string;
  /** The day of the page as a form has it; empty while it was not asked for. */
  day: string;
}

/** What a code opens. */
export interface Proven {
  keepers: Keeper[];
  /** Whether there are more under the contact, which open by their day only. */
  more: boolean;
}

/**
 * Takes a code for pages that were proven before: those proven a while ago ask for their day besides, five wrong
 * ones a month. The code stays good until nothing more is asked for.
 * @param keepers all that the code may open
 * @throws Refusal for a wrong code or day; (410) for a code that is over; (429) after five wrong days
 */
export async function enterAgain(
  { sql, keys, clock }: Needs,
  keepers: Keeper[],
  { keeperId, code, day }: Typed,
): Promise<Proven> {
  const now = clock.now();
  const end = await transaction(sql, async (connection) => {
    if (!(await checkCode(connection, keys, { keeperId, typed: code, now }))) return wrongCode();
    const stale = keepers.filter((keeper) => isStale(keeper, now));
    const right = day ? await withDay(connection, stale, { day, now }) : [];
    if (right instanceof Refusal) return right;
    const opened = keepers.filter((keeper) => !stale.includes(keeper) || right.includes(keeper));
    const more = opened.length < keepers.length;
    for (const { id } of opened) await verify(connection, { keeperId: id, now, keep: more });
    return { opened, more };
  });
  if (end instanceof Refusal) throw end;
  const all = await Promise.all(end.opened.map(({ id }) => keeperById({ sql, keys }, id)));
  return { keepers: all.filter((keeper) => keeper !== null), more: end.more };
}

interface Answer {
  day: string;
  now: Date;
}

/** Those whose page has that day; where none has, each counts it. Locked, so that many at once are counted. */
async function withDay(
  connection: Connection,
  stale: Keeper[],
  { day, now }: Answer,
): Promise<Keeper[] | Refusal> {
  const ids = stale.map(({ id }) => id);
  const { rows } = await connection.query<{ id: string; tries: number; right: boolean }>(
    `SELECT k.id, CASE WHEN k.day_tries_from > $3::timestamptz - make_interval(days => ${MONTH_DAYS}) THEN k.day_tries ELSE 0 END AS tries,
            coalesce($2 IN (o.content->>'day', o.shown->>'day', o.day::text), false) AS right
       FROM occasion_keeper k JOIN occasion o ON o.id = k.occasion_id WHERE k.id = ANY ($1) ORDER BY k.id FOR UPDATE OF k`,
    [ids, day, now],
  );
  const open = rows.filter(({ tries }) => tries < DAY_TRIES);
  if (rows.length && !open.length) return tooOften();
  const right = open.filter((row) => row.right).map(({ id }) => id);
  if (right.length) return stale.filter(({ id }) => right.includes(id));
  await connection.query(
    `UPDATE occasion_keeper SET day_tries = CASE WHEN day_tries_from > $2::timestamptz - make_interval(days => ${MONTH_DAYS}) THEN day_tries ELSE 0 END + 1,
            day_tries_from = CASE WHEN day_tries_from > $2::timestamptz - make_interval(days => ${MONTH_DAYS}) THEN day_tries_from ELSE $2 END
      WHERE id = ANY ($1)`,
    [ids, now],
  );
  return new Refusal(say`That is not the day of the page. Look at an invitation or at the page itself.`);
}

const tooOften = () =>
  new Refusal(
    say`The day was wrong five times. Nothing is lost: ring our helpline and tell the number of the page, OC-…, which stands in our messages.`,
    429,
  );
