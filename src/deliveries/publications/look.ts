import { NetworkFailure } from '../../../channels/failure.ts';
import type { Receipt } from '../../../channels/social.ts';
import type { Ground } from '../../ground.ts';
import { type AccountGround, loseAccount, openSession, restUntil } from './connected.ts';
import { intentOf, type Taken } from './taken.ts';

/** Reads lag behind writes: it is looked for so many seconds after the first look, and after each next. */
const LOOKS = [3, 10, 30, 90];
export const FIRST_LOOK_SECONDS = 2;

type LookGround = AccountGround & Pick<Ground, 'queues'>;
type Sought = Omit<Taken, 'state'> & { policy: 'leave' | 'again' };

/** Looks for one whose outcome is unknown, when its time has come. Two at once do no harm: both only read. */
export async function look(ground: LookGround, id: string): Promise<void> {
  const { rows } = await ground.sql.query<Sought>(SOUGHT, [id]);
  const [sought] = rows;
  if (!sought) return;
  try {
    const session = await openSession(ground, sought.accountId);
    if (!session.find) return await leaveIt(ground, sought);
    const found = await session.find(intentOf(ground, sought));
    if (found) await tellFound(ground, sought, found);
    else await tellAbsent(ground, sought);
  } catch (error) {
    await tellUnseen(ground, sought, error);
  }
}

/** The next look is written first, so that one who dies while looking is followed by another. */
const SOUGHT = `
UPDATE publication p SET looks = looks + 1, looked_at = now(), queued_at = NULL, next_at = now() + interval '60 seconds',
       cost = cost + coalesce((a.costs->>'perRead')::bigint, 0)
  FROM account a, run r
 WHERE p.id = $1 AND p.state = 'unknown' AND p.next_at <= now() AND a.id = p.account_id AND r.id = p.run
   AND a.lost_at IS NULL
RETURNING p.id, p.run, p.account_id AS "accountId", p.language, p.part, p.kind, p.content, p.prepared, p.attempts,
          p.retries, p.looks, p.cost::text, coalesce(p.intent_at, r.due_at) AS "intentAt", a.channel, r.unknown_policy AS policy,
          (SELECT b.receipt FROM publication b WHERE b.run = p.run AND b.account_id = p.account_id
              AND b.language = p.language AND b.part = p.part - 1) AS "replyTo"`;

async function tellFound({ sql }: LookGround, { id }: Sought, receipt: Receipt): Promise<void> {
  await sql.query(
    `UPDATE publication SET state = 'published', receipt = $2, published_at = coalesce(published_at, now()),
            trouble = NULL, next_at = NULL WHERE id = $1 AND state = 'unknown'`,
    [id, JSON.stringify(receipt)],
  );
}

/** Nothing can be looked up there: at most once, and a person decides. */
async function leaveIt({ sql }: LookGround, { id }: Sought): Promise<void> {
  await sql.query("UPDATE publication SET next_at = NULL, looks = 0 WHERE id = $1 AND state = 'unknown'", [
    id,
  ]);
}

/** Not there yet: looked for again; not there in the end: once more published if that is the policy, else a person decides. */
async function tellAbsent({ sql }: LookGround, { id, looks, policy, retries }: Sought): Promise<void> {
  const pause = LOOKS[looks - 1];
  const again = pause === undefined && policy === 'again' && retries === 0;
  await sql.query(
    `UPDATE publication SET state = $2::publication_state, next_at = now() + make_interval(secs => $3),
            retries = retries + $4, looks = CASE WHEN $4 = 1 THEN 0 ELSE looks END
      WHERE id = $1 AND state = 'unknown' AND looks = $5`,
    [id, again ? 'planned' : 'unknown', again ? 0 : (pause ?? null), again ? 1 : 0, looks],
  );
}

async function tellUnseen(ground: LookGround, sought: Sought, error: unknown): Promise<void> {
  if (!(error instanceof NetworkFailure)) {
    ground.log.error({ err: error }, 'a look at a network met a fault');
    return;
  }
  const { kind, until } = error;
  if (kind === 'unauthorised') return loseAccount(ground, sought.accountId, error);
  if (kind === 'throttled' && until) await restUntil(ground, sought.accountId, until);
  await ground.sql.query(
    `UPDATE publication SET looks = greatest(looks - 1, 0), next_at = coalesce($2, now() + interval '15 seconds')
      WHERE id = $1 AND state = 'unknown' AND looks = $3`,
    [sought.id, until, sought.looks],
  );
}
