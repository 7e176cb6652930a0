import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { isPrivateAddress, postWebhook, signWebhook } from '../../channels/webhook.ts';
import { testReceiver } from '../support/receiver.ts';

const receiver = testReceiver();
const call = (more: object = {}) => ({
  ...{ url: receiver.url(), id: 'msg_1', body: '{"a":"മലയാളം"}', secrets: ['whsec_c2VjcmV0', 'whsec_b2xk'] },
  ...{ timestamp: 1_700_000_000, timeoutMs: 10_000, allowPrivate: true },
  ...more,
});

it('signs with every secret as Standard Webhooks say', async () => {
  const outcome = await postWebhook(call());
  expect(outcome).toMatchObject({ kind: 'answered', status: 200, excerpt: 'said 200' });
  const { headers, body } = receiver.got.at(-1) as (typeof receiver.got)[number];
  const expected = ['secret', 'old'].map(
    (secret) => `v1,${createHmac('sha256', secret).update(`msg_1.1700000000.${body}`).digest('base64')}`,
  );
  expect(headers['webhook-signature']).toBe(expected.join(' '));
  expect([headers['webhook-id'], headers['webhook-timestamp']]).toEqual(['msg_1', '1700000000']);
});

// The example of the specification's own libraries.
it('agrees with the example of the specification', () => {
  const signed = signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    ...{ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
  });
  expect(signed).toBe('g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('says the same by way of a proxy, and looks at where the name leads before', async () => {
  const outcome = await postWebhook(call({ proxied: true }));
  expect(outcome).toMatchObject({ kind: 'answered', status: 200, excerpt: 'said 200' });
  expect(receiver.got.at(-1)?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  const { port } = new URL(receiver.url());
  for (const host of ['localhost', '127.0.0.1'])
    expect(
      await postWebhook(call({ url: `http://${host}:${port}/`, proxied: true, allowPrivate: false })),
    ).toMatchObject({ kind: 'failed', trouble: expect.stringContaining('private network') });
});

it('follows no redirect', async () => {
  receiver.behaviour.status = 302;
  receiver.behaviour.headers = { location: receiver.url().replace('/hook', '/elsewhere') };
  const before = receiver.got.length;
  expect(await postWebhook(call())).toMatchObject({ kind: 'answered', status: 302 });
  expect(receiver.got.length).toBe(before + 1);
  receiver.behaviour.status = 200;
  receiver.behaviour.headers = {};
});

it('gives up on a receiver that never answers', async () => {
  receiver.behaviour.silent = true;
  expect(await postWebhook(call({ timeoutMs: 150 }))).toMatchObject({
    kind: 'failed',
    trouble: 'No answer within 0.15 seconds.',
  });
  receiver.behaviour.silent = false;
});

it.each([
  ['never', false],
  ['never', true],
  ['broken', false],
  ['broken', true],
] as const)('a status counts though its answer ends %s (by a proxy: %s)', async (ends, proxied) => {
  receiver.behaviour.ends = ends;
  const outcome = await postWebhook(call({ proxied }));
  expect(outcome).toMatchObject({ kind: 'answered', status: 200, excerpt: 'said 200' });
  receiver.behaviour.ends = 'well';
});

it.each(['127.0.0.1', '[::1]', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
  'does not go to %s unless private addresses are allowed',
  async (host) => {
    const { port } = new URL(receiver.url());
    const before = receiver.got.length;
    const outcome = await postWebhook(call({ url: `http://${host}:${port}/hook`, allowPrivate: false }));
    expect(outcome).toMatchObject({ kind: 'failed', trouble: expect.stringContaining('private network') });
    expect(receiver.got.length).toBe(before);
  },
);

it.each([
  ...[
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['169.254.169.254', true],
  ],
  ...[
    ['100.64.0.1', true],
    ['8.8.8.8', false],
    ['255.255.255.255', true],
    ['fe80::1', true],
  ],
  ...[
    ['fd00::1', true],
    ['::ffff:10.0.0.1', true],
    ['64:ff9b::a00:1', true],
    ['2606:4700::1111', false],
    ['::', true],
  ],
] as [string, boolean][])('%s is private: %s', (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});
