import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyReturns } from '../../../src/deliveries/returns/apply.ts';
import { selfSigned } from '../../../src/sandbox/certificate.ts';
import { numbered } from '../../support/people.ts';
import { kept, type SentMail, sentRun, stateOf, suppressed } from '../../support/returned.ts';
import { until } from '../../support/until.ts';
import * as vendor from '../../support/vendors.ts';
import { testWeb } from '../../support/web.ts';

const { key, cert } = selfSigned();
const file = path.join(mkdtempSync(path.join(tmpdir(), 'wecare-sns-')), 'sns.pem');
writeFileSync(file, cert);
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SENDGRID_WEBHOOK_KEY = curve.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const MAILGUN = 'key-of-the-test';
const POSTMARK = 'postmark:a-long-random-word';
const NOW = '1795242600'; // noon of the test's clock

const { ground, ask, url } = testWeb({
  ...{ SES_TOPICS: `arn:other, ${vendor.TOPIC}`, SES_CERTIFICATE: file, SENDGRID_WEBHOOK_KEY },
  ...{ MAILGUN_SIGNING_KEY: MAILGUN, POSTMARK_WEBHOOK_AUTH: POSTMARK },
});
const bare = testWeb();
const fetching = testWeb({ SES_TOPICS: vendor.TOPIC });

let runs = 0;
const three = () =>
  sentRun(ground, numbered(3, `h${++runs}.example`)) as Promise<[SentMail, SentMail, SentMail]>;
const post = async (name: string, body: string | Buffer, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url()}/hooks/mail/${name}`, {
    ...{ method: 'POST', body, headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers } },
  });
  // The web applies it too, at the same time.
  await until(async () => {
    await applyReturns(ground);
    return (await ground.sql.query('SELECT FROM return_inbox WHERE applied_at IS NULL')).rowCount === 0;
  }, 'all is applied');
  return { status: answer.status, words: await answer.text() };
};
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

beforeEach(() => ground.sql.query('TRUNCATE return_inbox, mail_return, suppression RESTART IDENTITY'));

it('refuses what is not set up here, and says what to set', async () => {
  for (const [name, setting] of [
    ...[
      ['ses', 'SES_TOPICS'],
      ['postmark', 'POSTMARK_WEBHOOK_AUTH'],
    ],
    ...[
      ['sendgrid', 'SENDGRID_WEBHOOK_KEY'],
      ['mailgun', 'MAILGUN_SIGNING_KEY'],
    ],
  ]) {
    const answer = await bare.ask(`/hooks/mail/${name}`, { method: 'POST', body: new URLSearchParams() });
    expect(answer.status).toBe(400);
    const json = await fetch(`${bare.url()}/hooks/mail/${name}`, { method: 'POST', body: '{}' });
    expect(json.status).toBe(403);
    expect(((await json.json()) as { detail: string }).detail).toContain(setting);
  }
});

describe('SES', () => {
  it('takes a bounce and a complaint, each once, by either version of its signature', async () => {
    const [a, b, c] = await three();
    const bounce = vendor.sns(key, vendor.sesBounce({ source: a.from, address: a.address }));
    expect(await post('ses', bounce)).toMatchObject({ status: 200, words: '{"became":"recorded"}' });
    expect(await post('ses', bounce)).toMatchObject({ status: 200, words: '{"became":"known already"}' });
    const complaint = vendor.sesComplaint({ source: b.from, address: b.address, type: null });
    expect((await post('ses', vendor.sns(key, complaint, { SignatureVersion: '1' }))).status).toBe(200);
    // Handed over again under another MessageId: the feedbackId is the same.
    expect((await post('ses', vendor.sns(key, complaint))).status).toBe(200);
    const soft = vendor.sesBounce({
      source: 'x@y.example',
      address: c.address,
      type: 'Transient',
      messageId: c.messageId,
    });
    expect((await post('ses', vendor.sns(key, soft, { Subject: 'Amazon SES' }))).status).toBe(200);
    expect(await kept(ground)).toMatchObject([
      { kind: 'bounce', reason: 'userunknown', hard: true, effect: 'bounced', found_by: 'return path' },
      { kind: 'complaint', effect: 'complained' },
      { kind: 'bounce', reason: 'mailboxfull', hard: false, effect: 'bounced', found_by: 'message-id' },
    ]);
    expect(await suppressed(ground)).toEqual({ [a.address]: 'hardbounce', [b.address]: 'complaint' });
  });

  it('refuses other topics, changed messages and certificates of elsewhere, and fetches nothing for them', async () => {
    const [a] = await three();
    const message = vendor.sesBounce({ source: a.from, address: a.address });
    const changed = vendor.sns(key, message).replace('5.1.1', '5.1.2');
    const refused = [
      vendor.sns(key, message, { TopicArn: 'arn:aws:sns:us-east-1:123456789012:Another' }),
      changed,
      vendor.sns(selfSigned().key, message),
      vendor.sns(key, message, { SignatureVersion: '3' }),
      vendor.sns(key, 'confirm', {
        Type: 'SubscriptionConfirmation',
        Token: 't',
        SubscribeURL: `${url()}/healthz`,
      }),
      vendor.sns(key, 'confirm', {
        ...{ Type: 'SubscriptionConfirmation', Token: 't' },
        SubscribeURL: 'https://sns.us-east-1.amazonaws.com.evil.example/?Action=ConfirmSubscription',
      }),
    ];
    for (const body of refused) expect((await post('ses', body)).status).toBe(403);
    expect(await kept(ground)).toEqual([]);
  });
});

describe('SNS without a certificate that is set', () => {
  const host = 'https://sns.us-east-1.amazonaws.com';
  const network = new MockAgent();
  const before = getGlobalDispatcher();
  beforeAll(() => {
    network.disableNetConnect();
    network.enableNetConnect(/^(localhost|127\.0\.0\.1)/);
    setGlobalDispatcher(network);
  });
  afterAll(() => setGlobalDispatcher(before));
  const reply = (path: string, status: number, body = '') =>
    network.get(host).intercept({ path, method: 'GET' }).reply(status, body);
  const send = async (body: string) =>
    (await fetch(`${fetching.url()}/hooks/mail/ses`, { method: 'POST', body })).status;
  const confirmation = {
    Type: 'SubscriptionConfirmation',
    Token: 't',
    SubscribeURL: `${host}/?Action=ConfirmSubscription`,
  };

  it('fetches it from SNS, once, and confirms a subscription to a topic that is set', async () => {
    reply('/SimpleNotificationService-f3ecfb7224c7233f.pem', 500);
    expect(await send(vendor.sns(key, 'x', confirmation))).toBe(503); // SNS asks again
    reply('/SimpleNotificationService-f3ecfb7224c7233f.pem', 200, cert);
    reply('/?Action=ConfirmSubscription', 200);
    expect(await send(vendor.sns(key, 'x', confirmation))).toBe(200);
    const { rows } = await fetching.ground.sql.query('SELECT action, subject_id FROM audit_entry');
    expect(rows).toEqual([{ action: 'webhook.confirmed', subject_id: vendor.TOPIC }]);
    expect(await send(vendor.sns(key, 'a notification'))).toBe(200);
    network.assertNoPendingInterceptors();
  });

  it('asks nobody else for it', async () => {
    const body = vendor.sns(key, 'x', {
      SigningCertURL: `${fetching.url()}/SimpleNotificationService-1.pem`,
    });
    expect(await send(body)).toBe(403);
  });
});

describe('Postmark', () => {
  it('takes bounces and complaints with its user and password, or the secret in the address', async () => {
    const [a, b] = await three();
    const hard = JSON.stringify(
      vendor.postmark({
        id: 42,
        address: a.address,
        details: 'smtp;550 5.1.1 The email account does not exist',
      }),
    );
    expect(await post('postmark', hard, basic(POSTMARK))).toMatchObject({ status: 200 });
    const spam = JSON.stringify(vendor.postmark({ id: 43, address: b.address, type: 'SpamComplaint' }));
    expect((await post(`postmark?secret=${encodeURIComponent(POSTMARK)}`, spam)).status).toBe(200);
    const late = JSON.stringify(vendor.postmark({ id: 44, address: b.address, type: 'Transient' }));
    expect((await post('postmark', late, basic(POSTMARK))).status).toBe(200);
    expect((await kept(ground)).map(({ kind, effect }) => `${kind}: ${effect}`)).toEqual([
      ...['bounce: bounced', 'complaint: complained', 'delayed: none'],
    ]);
    expect(await suppressed(ground)).toEqual({ [a.address]: 'hardbounce', [b.address]: 'complaint' });
    const { rows } = await ground.sql.query('SELECT given FROM consent WHERE contact_id = $1', [b.contactId]);
    expect(rows).toEqual([{ given: false }]);
  });

  it('knows the delivery only where one mail went to the address, and suppresses it all the same', async () => {
    const [a] = await three();
    await sentRun(ground, [a.address]);
    const spam = JSON.stringify(vendor.postmark({ id: 45, address: a.address, type: 'SpamComplaint' }));
    expect((await post('postmark', spam, basic(POSTMARK))).status).toBe(200);
    expect(await kept(ground)).toMatchObject([{ effect: 'suppressed', run: null, found_by: 'vendor' }]);
    expect(await suppressed(ground)).toEqual({ [a.address]: 'complaint' });
  });

  it('refuses whoever does not know them', async () => {
    for (const headers of [{}, basic('postmark:wrong'), { authorization: 'Bearer x' }])
      expect((await post('postmark', '{}', headers)).status).toBe(403);
  });
});

describe('SendGrid', () => {
  const signed = (events: unknown[], at = NOW) => {
    const body = JSON.stringify(events);
    return post('sendgrid', body, vendor.sendgridHeaders(curve.privateKey, body, at));
  };

  it('takes a batch, each event once', async () => {
    const [a, b, c] = await three();
    const events = [
      vendor.sendgrid({ ...a, event: 'bounce' }),
      vendor.sendgrid({ ...b, event: 'spamreport' }),
      vendor.sendgrid({
        ...c,
        event: 'bounce',
        type: 'blocked',
        reason: '550 5.7.1 blocked by our blocklist',
      }),
      vendor.sendgrid({ ...c, event: 'delivered' }),
      vendor.sendgrid({ ...c, event: 'deferred' }),
    ].map(
      ({ run: _r, seq: _s, token: _t, from: _f, contactId: _c, ...event }: Record<string, unknown>) => event,
    );
    expect((await signed(events)).status).toBe(200);
    expect((await signed([...events, ...events.slice(0, 1)])).status).toBe(200);
    expect((await kept(ground)).map(({ kind, hard, effect }) => ({ kind, hard, effect }))).toEqual([
      { kind: 'bounce', hard: true, effect: 'bounced' },
      { kind: 'complaint', hard: false, effect: 'complained' },
      { kind: 'bounce', hard: false, effect: 'bounced' },
      { kind: 'delayed', hard: false, effect: 'none' },
    ]);
    expect(await suppressed(ground)).toEqual({ [a.address]: 'hardbounce', [b.address]: 'complaint' });
  });

  it('refuses another key, a changed body, and what is older than a day', async () => {
    const body = '[]';
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect((await post('sendgrid', body, vendor.sendgridHeaders(other, body, NOW))).status).toBe(403);
    const headers = vendor.sendgridHeaders(curve.privateKey, body, NOW);
    expect((await post('sendgrid', '[ ]', headers)).status).toBe(403);
    expect((await signed([], String(Number(NOW) - 90_000))).status).toBe(403);
    expect((await signed([], String(Number(NOW) + 3600))).status).toBe(403);
    expect((await signed([])).status).toBe(200);
  });
});

describe('Mailgun', () => {
  it('takes failures and complaints, and refuses a token that was used', async () => {
    const [a, b, c] = await three();
    const failed = vendor.mailgun(MAILGUN, { ...a, timestamp: NOW });
    expect((await post('mailgun', failed)).status).toBe(200);
    expect((await post('mailgun', failed)).status).toBe(406);
    expect(
      (await post('mailgun', vendor.mailgun(MAILGUN, { ...b, timestamp: NOW, event: 'complained' }))).status,
    ).toBe(200);
    const full = { code: 552, message: '5.2.2 The mailbox is over quota', description: '' };
    const more = { reason: 'bounce', 'delivery-status': full };
    expect((await post('mailgun', vendor.mailgun(MAILGUN, { ...c, timestamp: NOW, more }))).status).toBe(200);
    expect(await stateOf(ground, c)).toBe('bounced');
    expect(await suppressed(ground)).toEqual({ [a.address]: 'hardbounce', [b.address]: 'complaint' });
  });

  it('refuses another key and an old time', async () => {
    const [a] = await three();
    expect((await post('mailgun', vendor.mailgun('another', { ...a, timestamp: NOW }))).status).toBe(403);
    expect((await post('mailgun', vendor.mailgun(MAILGUN, { ...a, timestamp: '1521233195' }))).status).toBe(
      403,
    );
  });
});

describe('whatever is posted', () => {
  const json = fc.json({ maxDepth: 4 });

  it('unsigned, is answered with a refusal, never with a fault of ours', async () => {
    const bytes = fc.oneof(
      json.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 300 }).map(Buffer.from),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('ses', 'postmark', 'sendgrid', 'mailgun'),
        bytes,
        async (name, body) => {
          const { status } = await post(name, body);
          expect([400, 403]).toContain(status);
        },
      ),
      { numRuns: 60 },
    );
    expect(await kept(ground)).toEqual([]);
  });

  it('signed, is taken, applied and harmless', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (text) => {
        expect((await post('ses', vendor.sns(key, text))).status).toBe(200);
        const headers = vendor.sendgridHeaders(curve.privateKey, text, NOW);
        expect((await post('sendgrid', text, headers)).status).toBe(200);
        expect((await post('postmark', text, basic(POSTMARK))).status).toBe(200);
        const more = { message: JSON.parse(text), 'delivery-status': JSON.parse(text) };
        const body = vendor.mailgun(MAILGUN, { address: text, messageId: text, timestamp: NOW, more });
        expect((await post('mailgun', body)).status).toBe(200);
      }),
      { numRuns: 40 },
    );
    const { rows } = await ground.sql.query('SELECT trouble FROM return_inbox WHERE applied_at IS NULL');
    expect(rows).toEqual([]);
  });

  it('too long is refused before it is read', async () => {
    expect((await post('postmark', 'x'.repeat(3_000_000), basic(POSTMARK))).status).toBe(413);
    expect((await ask('/hooks/mail/nobody', { method: 'POST' })).status).toBe(404);
  });
});
