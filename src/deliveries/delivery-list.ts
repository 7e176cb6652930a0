import type { Queryable } from '../db.ts';
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
 * cost every send), so this looks at the rows of the run.
 */
export async function pageDeliveries(
  sql: Queryable,
  {
    run,
    states,
    after,
    limit,
  }: { run: bigint; states: DeliveryState[]; after?: string | undefined; limit: number },
): Promise<DeliveryLine[]> {
  const [state, seq] = after?.split(':') ?? [];
  const rank = state ? states.indexOf(state as DeliveryState) + 1 : 0;
  const { rows } = await sql.query<DeliveryLine>(PAGE, [run, states, rank, Number(seq ?? 0), limit]);
  return rows;
}

/** The place after a delivery. */
export const placeOf = ({ state, seq }: DeliveryLine): string => `${state}:${seq}`;

/** $1 run · $2 states · $3 rank and $4 number of the last one shown · $5 limit */
const PAGE = `
SELECT d.seq, c.id AS "contactId", a.value AS address, d.language, d.state::text AS state, d.reason, d.code, d.reply,
       d.attempts, d.at, u.due_at AS "dueAt"
  FROM (
    SELECT *, array_position($2::text[], state::text) AS rank FROM delivery
     WHERE run = $1 AND state = ANY ($2::delivery_state[])
       AND (array_position($2::text[], state::text), seq) > ($3::int, $4::int)
     ORDER BY array_position($2::text[], state::text), seq LIMIT $5) d
  LEFT JOIN contact c ON c.id = d.contact_id
  LEFT JOIN address a ON a.contact_id = d.contact_id AND a.hash = d.address_hash
  LEFT JOIN delivery_due u ON u.run = d.run AND u.seq = d.seq
 ORDER BY d.rank, d.seq`;
