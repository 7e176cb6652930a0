import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRazorpay } from '../../../channels/razorpay/razorpay.ts';
import { bodies, SECRET, signed } from './bodies.ts';

const CORPUS = new URL('../../../../shared/corpus/razorpay/', import.meta.url);
const corpus = existsSync(CORPUS)
  ? readdirSync(CORPUS).map((name) => readFileSync(new URL(name, CORPUS)))
  : [];
const samples = [...Object.values(bodies).map((body) => Buffer.from(JSON.stringify(body))), ...corpus];
const gateway = openRazorpay({ keyId: 'rzp_test_1', keySecret: 'secret', webhookSecrets: ['new', SECRET] });
const read = ({ raw, headers }: ReturnType<typeof signed>) => gateway.readWebhook(raw, headers);

describe('an event', () => {
  it('tells what it is about, with the ids that the interface wants', () => {
    expect(read(signed(bodies['payment_link.paid']))).toMatchObject({
      ...{ id: 'evt_1', name: 'payment_link.paid', at: new Date(1_800_000_010_000) },
      ...{ orderIds: ['order_Test0000000A1'], paymentIds: ['pay_Test00000000A1'], refundIds: [] },
    });
    expect(read(signed(bodies['qr_code.credited']))).toMatchObject({
      ...{ orderIds: [], paymentIds: ['pay_Test00000000Q1'], qrIds: ['qr_Test000000000Q1'] },
    });
    expect(read(signed(bodies['settlement.processed']))?.settlementIds).toEqual(['setl_Test0000000S1']);
    expect(read(signed(bodies['refund.processed']))).toMatchObject({ refundIds: ['rfnd_Test000000A1'] });
  });

  it('is read in every form of the corpus', () => {
    for (const raw of samples) expect(read(signed(raw))?.name).toMatch(/^[a-z_]+\.[a-z]+$/);
  });

  it('is believed by either of two secrets, and by no other', () => {
    const [body] = samples as [Buffer];
    expect(read(signed(body, 'new'))).not.toBeNull();
    expect(read(signed(body, SECRET))).not.toBeNull();
    expect(read(signed(body, 'old'))).toBeNull();
  });

  it('without its number gets one from its bytes, the same each time', () => {
    const { raw, headers } = signed(bodies['order.paid']);
    const bare = { 'x-razorpay-signature': headers['x-razorpay-signature'] };
    const [one, two] = [gateway.readWebhook(raw, bare), gateway.readWebhook(raw, bare)];
    expect(one?.id).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(two?.id).toBe(one?.id);
  });
});

describe('null is given for', () => {
  const { raw, headers } = signed(bodies['order.paid']);
  const signature = headers['x-razorpay-signature'];

  it.each([
    ['no signature', {}],
    ['an empty one', { 'x-razorpay-signature': '' }],
    ['a short one', { 'x-razorpay-signature': signature.slice(0, 63) }],
    ['capitals', { 'x-razorpay-signature': signature.toUpperCase() }],
    ['base64', { 'x-razorpay-signature': Buffer.from(signature, 'hex').toString('base64') }],
    ['two', { 'x-razorpay-signature': [signature, signature] }],
  ] as [string, Record<string, string | string[]>][])('%s', (_what, wrong) => {
    expect(gateway.readWebhook(raw, wrong)).toBeNull();
  });

  it('a body that was parsed and written anew, truncated, or enormous', () => {
    const anew = Buffer.from(JSON.stringify(JSON.parse(raw.toString()), null, 1));
    expect(gateway.readWebhook(anew, headers)).toBeNull();
    expect(gateway.readWebhook(raw.subarray(0, -1), headers)).toBeNull();
    const huge = Buffer.concat([raw, Buffer.alloc(1024 * 1024, ' ')]);
    expect(read(signed(huge))).toBeNull();
  });

  it.each(['', 'null', '[]', '"event"', '{}', '{"entity":"event"}', '\uFEFF{', '['.repeat(100_000)])(
    'what is signed and no event, the %#th',
    (text) => expect(read(signed(Buffer.from(text)))).toBeNull(),
  );
  it.each([
    ['a name of no event', { event: 'HELLO' }],
    ['a name that is none', { event: 7 }],
    ['no time', { created_at: 'now' }],
    ['a time of no calendar', { created_at: 1e15 }],
    ['no payload', { payload: [] }],
  ])('%s', (_what, more) => expect(read(signed({ ...bodies['order.paid'], ...more }))).toBeNull());
});

describe('whatever comes', () => {
  it('nothing that is not signed is believed, and nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (bytes, signature) => {
        const headers = { 'x-razorpay-signature': signature };
        expect(gateway.readWebhook(Buffer.from(bytes), headers)).toBeNull();
      }),
    );
  });

  it('a signed body with a byte changed is refused, and with any byte changed and signed is read or null', () => {
    const change = fc.tuple(fc.constantFrom(...samples), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([body, place, by]) => {
        const { headers } = signed(body);
        const mutated = Buffer.from(body);
        mutated[place % body.length] = (mutated[place % body.length] ?? 0) ^ by;
        expect(gateway.readWebhook(mutated, headers)).toBeNull();
        const event = read(signed(mutated));
        if (event) expect(Object.values(event).every((value) => value !== undefined)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('a signed JSON of any form, names of prototypes among them, does no harm', () => {
    const poison = fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'payment',
      'entity',
      'id',
      'order',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        ...[fc.jsonValue(), fc.constant({ id: 'pay_Test00000000A1' })],
        fc.dictionary(poison, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (payload) => {
        const text = JSON.stringify({ ...bodies['order.paid'], payload });
        const event = read(signed(Buffer.from(text)));
        if (event) expect(event.paymentIds.every((id) => /^pay_\w+$/.test(id))).toBe(true);
        expect(gateway.redact(Buffer.from(text))).toBeInstanceOf(Buffer);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});

describe('what is stored of a body', () => {
  it('tells of no person', () => {
    for (const raw of samples) {
      const kept = gateway.redact(raw).toString();
      expect(kept).not.toMatch(
        /family\.example|example\.com|exampleupi|okhdfc|Sreeja|Gaur|"999999"|\+91|9000090000/,
      );
      expect(kept).toContain('"event"');
    }
  });

  it('keeps what it is about', () => {
    const kept = JSON.parse(gateway.redact(samples[0] as Buffer).toString());
    expect(kept.payload.payment.entity).toMatchObject({ id: 'pay_Test00000000A1', card: { last4: '0153' } });
  });

  it('is nothing when there is no JSON', () => {
    expect(gateway.redact(Buffer.from('{"a":')).length).toBe(0);
  });
});

describe('a return', () => {
  const sign = (order: string, payment: string) =>
    createHmac('sha256', 'secret').update(`${order}|${payment}`).digest('hex');
  const fields = (order: string, more = {}) => ({
    ...{ razorpay_payment_id: 'pay_Test00000000A1', razorpay_order_id: order },
    ...{ razorpay_signature: sign(order, 'pay_Test00000000A1'), ...more },
  });

  it('is believed for the order that we kept', () => {
    expect(gateway.verifyCallback('order_1', fields('order_1'))).toEqual({ paymentId: 'pay_Test00000000A1' });
  });

  it('is not for another, however well it is signed', () => {
    expect(gateway.verifyCallback('order_2', fields('order_1'))).toBeNull();
  });

  it('is null for fields of any form', () => {
    const names = fc.constantFrom('razorpay_payment_id', 'razorpay_signature', '__proto__', 'error[code]');
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (wrong) => {
        expect(gateway.verifyCallback('order_1', wrong)).toBeNull();
      }),
    );
    expect(
      gateway.verifyCallback('order_1', fields('order_1', { razorpay_payment_id: 'pay_Other000000' })),
    ).toBeNull();
  });
});
