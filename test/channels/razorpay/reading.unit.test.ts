import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayFailure } from '../../../channels/gateway.ts';
import { read } from '../../../channels/razorpay/read.ts';
import { shapes } from '../../../channels/razorpay/reading.ts';
import { bodies } from './bodies.ts';

const told = bodies['order.paid'].payload.payment?.entity as Record<string, unknown>;
const payment = (more: object) => read(shapes.payment, { ...told, ...more });
const failure = (act: () => unknown): GatewayFailure => {
  try {
    act();
  } catch (error) {
    return error as GatewayFailure;
  }
  throw new Error('It was read.');
};

describe('a payment', () => {
  it('is read with a fee that is not known yet, and notes that are a list', () => {
    expect(payment({})).toMatchObject({ fee: null, tax: null, notes: {}, failure: null, last4: '0153' });
    expect(payment({ fee: 1180, tax: 180 })).toMatchObject({ fee: 1180n, tax: 180n });
  });

  it('holds nothing of the person who paid', () => {
    const text = JSON.stringify(payment({}), (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    expect(text).not.toMatch(/Sreeja|family\.example|\+91|exampleupi|999999/);
  });

  it.each([-1, 0.5, 1e16, Number.NaN, '100', null, undefined, [100], { valueOf: 100 }])(
    'of the amount %j is not believed',
    (amount) => {
      for (const name of ['amount', 'amount_refunded', 'fee'].slice(0, amount == null ? 1 : 3)) {
        expect(failure(() => payment({ [name]: amount })).kind).toBe('retryable');
      }
    },
  );

  it.each(['pay_../orders', 'order_1', '', 7, 'pay_<b>'])('under the id %j is not believed', (id) => {
    expect(failure(() => payment({ id })).kind).toBe('retryable');
  });

  it('keeps plain notes only, whatever is in them', () => {
    const notes = JSON.parse('{"a":"b","n":1,"deep":{"x":1},"__proto__":{"polluted":true}}');
    expect(payment({ notes }).notes).toEqual({ a: 'b', n: '1' });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('of any form is read or refused as an answer that cannot be read', () => {
    const fields = fc.dictionary(fc.constantFrom(...Object.keys(told), '__proto__'), fc.jsonValue());
    fc.assert(
      fc.property(fields, (more) => {
        try {
          expect(payment(more).amount >= 0n).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayFailure);
        }
      }),
    );
  });
});

it('an answer to a change that cannot be read leaves open whether it was made', () => {
  expect(failure(() => read(shapes.refund, { id: 'rfnd_1' }, true)).kind).toBe('unknown');
});

it('a list with one entry that cannot be read is not a shorter list', () => {
  const items = [told, { ...told, amount: -1 }];
  expect(failure(() => read(shapes.payments, { items })).kind).toBe('retryable');
});
