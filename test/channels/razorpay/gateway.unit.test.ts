import { beforeAll } from 'vitest';
import { endDispute, raiseDispute } from '../../../src/sandbox/razorpay/disputing.ts';
import { settle } from '../../../src/sandbox/razorpay/settling.ts';
import { type FarEnd, testGateway } from '../../contract/gateway.ts';
import { type MandateEnd, testSubscriptions } from '../../contract/subscriptions.ts';
import { testReceiver } from '../../support/receiver.ts';
import { account, testStandIn } from '../../support/stand-in.ts';
import { until } from '../../support/until.ts';

const receiver = testReceiver();
const own = { ...account };
const standIn = testStandIn({ accounts: [own] });
const TROUBLES = {
  fault: { kind: 'status', status: 503 },
  throttle: { kind: 'status', status: 429 },
  'silent-before': { kind: 'refuse-silently' },
  'silent-after': { kind: 'silent' },
  'cut-after': { kind: 'cut' },
  'garbage-after': { kind: 'garbage' },
} as const;

let farEnd: FarEnd & MandateEnd;
beforeAll(() => {
  own.webhookUrl = receiver.url();
  farEnd = {
    gateway: standIn.open({ webhookSecrets: ['the-new-secret', account.webhookSecret] }),
    stranger: standIn.open({ keySecret: 'another-secret' }),
    pay: async (order, how) => standIn.pay(order.id, how),
    scan: async (qrId) => standIn.scan(qrId),
    mandate: async (id, how) => standIn.mandate(id, how),
    charge: async (id, how) => standIn.charge(id, how),
    trouble: (trouble, times, method) => standIn.set({ fault: { ...TROUBLES[trouble], times, method } }),
    async dispute(paymentId, { amount, ending } = {}) {
      const counter = standIn.counter();
      const [known] = counter.store.of('dispute', paymentId);
      if (!known) return { disputeId: raiseDispute(counter, paymentId, { amount: Number(amount) }).id };
      return { disputeId: endDispute(counter, known.id, ending ?? 'won').id };
    },
    settle: () => settle(standIn.counter(), { all: true }),
    async told(name, paymentId) {
      const find = () =>
        receiver.got.find(({ body }) => body.includes(`"${name}"`) && body.includes(paymentId));
      await until(() => Boolean(find()), `${name} was told`);
      const { body, headers } = find() as NonNullable<ReturnType<typeof find>>;
      return { raw: Buffer.from(body), headers };
    },
    count: (kind: 'order' | 'refund' | 'subscription') =>
      standIn.counter().store.of(kind, account.keyId).length,
    day: () => new Date(Date.now() + 19_800_000).toISOString().slice(0, 10),
  };
});

testGateway(() => farEnd);
testSubscriptions(() => farEnd);
