import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BRACES, fillPlaces } from '../../channels/places.ts';
import type { Posted } from '../../channels/reports.ts';
import type { Post } from '../../channels/social.ts';
import { failureOf } from '../../channels/whatsapp/codes.ts';
import { greet, readReports, signedReports } from '../../channels/whatsapp/reports.ts';
import { whatsapp } from '../../channels/whatsapp/whatsapp.ts';
import { openWhatsapp } from '../../src/sandbox/social/whatsapp.ts';
import { describeNetwork } from '../contract/network.ts';
import { serve } from '../support/standing.ts';

const BODY = 'Dear {{1}}, {{2}} reached us.';
const post = (values = ['Anu', '₹500'], body = BODY): Post => ({
  ...{ text: fillPlaces(body, values, BRACES), language: 'en', media: [] },
  person: { to: '+919847000123', template: { id: '1', name: 'practice', language: 'en', values, body } },
});

describeNetwork({ network: whatsapp, openStandIn: openWhatsapp, post: () => post(), timeoutMs: 10_000 });

describe('what Meta means by its codes', () => {
  it.each([
    [190, 'unauthorised', 'token'],
    [200, 'unauthorised', 'permission'],
    [368, 'unauthorised', 'account'],
    [130429, 'throttled', 'slow-down'],
    [131056, 'throttled', 'too-often'],
    [131050, 'permanent', 'recipient'],
    [131049, 'permanent', 'marketing-cap'],
    [131026, 'permanent', 'undeliverable'],
    [132001, 'permanent', 'template'],
    [132015, 'permanent', 'template'],
    [131000, 'unknown', 'vendor-fault'],
    [131042, 'throttled', 'spent'],
    [100, 'permanent', 'content'],
  ])('%i is %s: %s', (code, kind, reason) => {
    expect(failureOf(code)).toEqual({ kind, reason });
  });
});

describe('what WhatsApp asks for', () => {
  it('is the documented request, with our key to come back', async () => {
    const heard: { url: string; body: unknown; auth: string | null }[] = [];
    const real = globalThis.fetch;
    const standIn = openWhatsapp();
    const [account] = standIn.accounts;
    globalThis.fetch = async (url, init) => {
      const auth = new Headers(init?.headers).get('authorization');
      heard.push({ url: String(url), body: JSON.parse(String(init?.body)), auth });
      const documented = { messaging_product: 'whatsapp', contacts: [{ input: '1', wa_id: '1' }] };
      return Response.json({ ...documented, messages: [{ id: 'wamid.HBgL', message_status: 'accepted' }] });
    };
    try {
      const session = whatsapp.open?.({
        credentials: account?.credentials ?? {},
        settings: account?.settings ?? {},
        timeoutMs: 1000,
      });
      const intent = { key: 'd-1-2', prepared: {}, replyTo: null, kind: 'post' as const, since: new Date() };
      const receipt = await session?.publish({ ...intent, post: post() });
      expect(receipt).toEqual({ id: 'wamid.HBgL', url: null });
    } finally {
      globalThis.fetch = real;
    }
    const parameters = [
      { type: 'text', text: 'Anu' },
      { type: 'text', text: '₹500' },
    ];
    expect(heard).toEqual([
      {
        url: 'https://graph.facebook.com/v23.0/100200300400500/messages',
        auth: 'Bearer practice-token-of-whatsapp',
        body: {
          ...{
            messaging_product: 'whatsapp',
            recipient_type: 'individual',
            to: '+919847000123',
            type: 'template',
          },
          template: {
            name: 'practice',
            language: { code: 'en' },
            components: [{ type: 'body', parameters }],
          },
          biz_opaque_callback_data: 'd-1-2',
        },
      },
    ]);
  });

  it('is that each place is filled, on one line', () => {
    const codes = (given: Post) => whatsapp.validate(given).map(({ code }) => code);
    expect(codes(post())).toEqual([]);
    expect(codes(post(['Anu\nB', 'x']))).toEqual(['not-the-template']);
    expect(codes(post(['Anu', ' ']))).toEqual(['place-empty']);
    expect(codes(post(['Anu']))).toEqual(['not-the-template']);
    expect(codes(post(['A'.repeat(1100), 'x']))).toEqual(['too-long']);
  });
});

describe('what is told later', () => {
  const credentials = { more: { appSecret: 'secret', verifyToken: 'token' } };
  const status = (more: object) => ({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '1',
        changes: [
          {
            field: 'messages',
            value: {
              metadata: { phone_number_id: '12345' },
              statuses: [
                { id: 'wamid.A', timestamp: '1790000000', biz_opaque_callback_data: 'd-3-4', ...more },
              ],
            },
          },
        ],
      },
    ],
  });
  const settings = { phone: '12345' };

  it('counts only with the signature of our app, over the bytes as they came', () => {
    const body = Buffer.from(JSON.stringify(status({ status: 'sent' })));
    const given = `sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`;
    const posted = (signature: string, bytes = body): Posted => ({
      body: bytes,
      header: (name) => (name === 'x-hub-signature-256' ? signature : undefined),
    });
    expect(signedReports(posted(given), credentials)).toBe(true);
    expect(signedReports(posted(given, Buffer.concat([body, Buffer.from(' ')])), credentials)).toBe(false);
    expect(signedReports(posted('sha256='), credentials)).toBe(false);
    expect(signedReports(posted(given), {})).toBe(false);
  });

  it('is read with the state, the key and the reason', () => {
    const [read] = readReports(status({ status: 'failed', errors: [{ code: 131050 }] }), { settings }) ?? [];
    expect(read).toMatchObject({ id: 'wamid.A', key: 'd-3-4', state: 'failed', at: new Date(1790000000000) });
    expect(read?.failure).toMatchObject({ reason: 'recipient', code: '131050' });
    expect(readReports(status({ status: 'read' }), { settings })).toMatchObject([{ state: 'read' }]);
    expect(readReports(status({ status: 'read' }), { settings: { phone: '999' } })).toEqual([]);
    expect(readReports({ object: 'page' }, { settings })).toBeNull();
    expect(readReports(null, { settings })).toBeNull();
  });

  it('is asked for once, with the token that was agreed on', () => {
    const asked = (token: string) => (name: string) =>
      ({ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' })[name];
    expect(greet?.(asked('token'), credentials)).toBe('1158201444');
    expect(greet?.(asked('other'), credentials)).toBeNull();
    expect(greet?.(asked(''), { more: { verifyToken: '' } })).toBeNull();
  });
});

describe('the templates of a business account', () => {
  it('are read page by page, each with what may be done with it', async () => {
    const standIn = openWhatsapp();
    const there = await serve(standIn.router);
    try {
      for (let n = 0; n < 130; n++) standIn.templates.set(`onam_${n} ml`, 'പ്രിയ {{1}}');
      standIn.states.set('onam_1 ml', { status: 'PENDING' });
      standIn.states.set('onam_2 ml', { status: 'PAUSED' });
      standIn.states.set('onam_3 ml', { status: 'REJECTED', rejected_reason: 'INVALID_FORMAT' });
      standIn.states.set('onam_4 ml', { status: 'DISABLED' });
      const { credentials = {}, settings = {} } = standIn.accounts[0] ?? {};
      const open = (more: object) =>
        whatsapp.open?.({
          credentials,
          timeoutMs: 5000,
          settings: { ...settings, endpoint: there.endpoint, ...more },
        });
      const all = (await open({})?.templates?.()) ?? [];
      expect(all).toHaveLength(131);
      expect(new Set(all.map(({ name }) => name)).size).toBe(131);
      expect(all.slice(1, 6).map(({ state, reason }) => [state, reason])).toEqual([
        ['approved', null],
        ['pending', null],
        ['paused', 'PAUSED'],
        ['refused', 'INVALID_FORMAT'],
        ['refused', 'DISABLED'],
      ]);
      await expect(open({ business: '' })?.templates?.()).rejects.toMatchObject({ kind: 'unauthorised' });
      await expect(open({ business: '11111' })?.templates?.()).rejects.toMatchObject({ kind: 'permanent' });
    } finally {
      there.end();
    }
  });
});
