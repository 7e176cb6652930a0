import { GatewayFailure, type GatewayOrder, type OrderWish } from '../gateway.ts';
import { type Client, pathOf } from './client.ts';
import { numberOf, read } from './read.ts';
import { shapes } from './reading.ts';

/** Three days in minutes: as long as the vendor asks a bank that has not answered. */
const CAPTURE_MINUTES = 4320;
const PAGE = 100;

/**
 * The vendor has no idempotency for orders, and takes a receipt twice: so it is asked for the receipt
 * first, and once more when nobody knows whether the order was made.
 */
export async function createOrder(client: Client, wish: OrderWish): Promise<GatewayOrder> {
  check(wish);
  const known = await orderOf(client, wish);
  if (known) return known;
  try {
    return read(shapes.order, await client.post('/orders', bodyOf(wish)), true);
  } catch (error) {
    const made = isUnknown(error) ? await orderOf(client, wish).catch(() => undefined) : undefined;
    if (made) return made;
    throw error;
  }
}

const isUnknown = (error: unknown) => error instanceof GatewayFailure && error.kind === 'unknown';

const bodyOf = ({ amount, receipt, notes }: OrderWish) => ({
  ...{ amount: numberOf(amount), currency: 'INR', receipt, notes },
  // The account's own setting may be another; a gift is taken as soon as the bank says yes.
  payment: {
    capture: 'automatic',
    capture_options: {
      ...{ automatic_expiry_period: CAPTURE_MINUTES, manual_expiry_period: CAPTURE_MINUTES },
      refund_speed: 'normal',
    },
  },
});

function check({ receipt, notes }: OrderWish): void {
  const entries = Object.entries(notes);
  const fits = entries.length <= 15 && entries.every((entry) => entry.every((word) => word.length <= 256));
  if (!receipt || receipt.length > 40)
    throw new RangeError('The receipt of an order has 1 to 40 characters.');
  if (!fits) throw new RangeError('An order has at most 15 notes of 256 characters.');
}

/** `?receipt=` finds what contains it; of several under the same one the furthest along is taken. */
async function orderOf(client: Client, { receipt, amount }: OrderWish): Promise<GatewayOrder | undefined> {
  const found = read(shapes.orders, await client.get('/orders', { receipt, count: PAGE }));
  const same = found.filter((order) => order.receipt === receipt);
  const [first] = [...same].sort((one, other) => RANK[other.state] - RANK[one.state]);
  if (first && (first.amount !== amount || first.currency !== 'INR')) {
    throw new GatewayFailure('The gateway has an order of another amount under this receipt.', {
      ...{ kind: 'permanent', status: 409, code: 'RECEIPT_IN_USE' },
    });
  }
  return first;
}

const RANK = { created: 0, attempted: 1, paid: 2 };

/** The order and every attempt to pay it, the oldest first. */
export async function fetchOrder(client: Client, id: string) {
  const path = pathOf('orders', id);
  const order = read(shapes.order, await client.get(path));
  const told = read(shapes.payments, await client.get(`${path}/payments`));
  const payments = told.map(({ invoiceId: _, ...payment }) => payment);
  return { order, payments: payments.sort((one, other) => +one.createdAt - +other.createdAt) };
}
