import type { Queryable } from '../db.ts';
import type { Figures } from './progress.ts';
import { type DeliveryState, deliveryStates } from './states.ts';

/** A delivery as staff look at it. */
export interface DeliveryLine {
  seq: number;
  /** Null when the contact was erased since. */
  contactId: string | null;
  address: string | null;
  language: string;
  state: DeliveryState;
  reason: string | null;
  code: number | null;
  reply: string | null;
  attempts: number;
  at: Date | null;
  /** When a deferred one is tried again. */
  dueAt: Date | null;
}

/** What needs a person, the most pressing first. */
export const NEEDS_A_LOOK: DeliveryState[] = ['unknown', 'failed', 'bounced', 'complained', 'deferred'];

/** Where a page of deliveries begins: `STATE:SEQ` of the last of the page before. */
export const isPlace = (text: string): boolean => {
  const [state, seq] = text.split(':');
  return deliveryStates.some((one) => one === state) && /^\d{1,9}$/.test(seq ?? '');
};

/**
 * Deliveries of a run in certain states, in the order of the states. No index may name a state (it would
 * cost every send), so the rows of the run are looked through until enough are found.
 * @param figures how many there are in each state: of what there is none, nothing is looked for
 */
export async function pageDeliveries(
  sql: Queryable,
  {
    run,
    states,
    figures,
    after,
    limit,
  }: { run: bigint; states: DeliveryState[]; figures: Figures; after?: string | undefined; limit: number },
): Promise<DeliveryLine[]> {
  const [from, seq] = after?.split(':') ?? [];
  const rest = states.slice(Math.max(0, states.indexOf(from as DeliveryState)));
  const found: DeliveryLine[] = [];
  for (const state of rest.filter((one) => figures[one] > 0)) {
    const most = Math.min(limit - found.length, figures[state]);
    const { rows } = await sql.query<DeliveryLine>(PAGE, [
      run,
      state,
      state === from ? Number(seq) : 0,
      most,
    ]);
    found.push(...rows);
    if (found.length >= limit) break;
  }
  return found;
}

/** The place after a delivery. */
export const placeOf = ({ state, seq }: DeliveryLine): string => `${state}:${seq}`;

/** $1 run · $2 state · $3 number of the last one shown · $4 limit */
const PAGE = `
SELECT d.seq, c.id AS "contactId", a.value AS address, d.language, d.state::text AS state, d.reason, d.code, d.reply,
       d.attempts, d.at, u.due_at AS "dueAt"
  FROM (SELECT * FROM delivery WHERE run = $1 AND state = $2::delivery_state AND seq > $3::int ORDER BY seq LIMIT $4) d
  LEFT JOIN contact c ON c.id = d.contact_id
  LEFT JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
  LEFT JOIN delivery_due u ON u.run = d.run AND u.seq = d.seq
 ORDER BY d.seq`;
