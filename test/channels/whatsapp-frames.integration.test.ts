import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../channels/frame.ts';
import { BRACES, fillPlaces } from '../../channels/places.ts';
import type { Intent, Post, Session } from '../../channels/social.ts';
import { whatsapp } from '../../channels/whatsapp/whatsapp.ts';
import { openWhatsapp, type WhatsappStandIn } from '../../src/sandbox/social/whatsapp.ts';
import type { Component } from '../../src/sandbox/social/whatsapp-templates.ts';
import { describeNetwork } from '../contract/network.ts';
import { serve } from '../support/standing.ts';

const BODY = 'Dear {{1}}, {{2}} reached us.';
const FRAME: Frame = {
  header: { kind: 'image' },
  footer: 'We Care',
  buttons: [
    { kind: 'reply', text: 'Stop' },
    { kind: 'url', text: 'See the project', url: 'https://wecare.example/l/{{1}}' },
    { kind: 'call', text: 'Call us', phone: '+914712345678' },
  ],
};
/** The same as Graph lists it. */
const COMPONENTS: Component[] = [
  { type: 'HEADER', format: 'IMAGE' },
  { type: 'FOOTER', text: 'We Care' },
  {
    type: 'BUTTONS',
    buttons: [
      { type: 'QUICK_REPLY', text: 'Stop' },
      { type: 'URL', text: 'See the project', url: 'https://wecare.example/l/{{1}}' },
      { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+914712345678' },
    ],
  },
];
const MEDIA = {
  url: 'https://wecare.example/m/a-640.jpg',
  mime: 'image/jpeg',
  bytes: 40_000,
  name: 'boat.jpg',
};
const VALUES = ['asset:1', 'Anu', '₹500', 'AbCd/token'];

const post = ({ values = VALUES, frame = FRAME, media = MEDIA, body = BODY }: Given = {}): Post => ({
  ...{ text: fillPlaces(body, values.slice(1, 3), BRACES), language: 'en', media: [] },
  person: {
    to: '+919847000123',
    template: {
      ...{ id: '1', name: 'practice', language: 'en', values, body, frame },
      ...(media && { media }),
    },
  },
});
interface Given {
  values?: string[];
  frame?: Frame;
  media?: typeof MEDIA | null;
  body?: string;
}

const openFramed = () => {
  const standIn = openWhatsapp();
  standIn.components.set('practice en', COMPONENTS);
  return standIn;
};

describeNetwork({ network: whatsapp, openStandIn: openFramed, post: () => post(), timeoutMs: 10_000 });

describe('a template with a header and buttons', () => {
  let standIn: WhatsappStandIn;
  let session: Session;
  let end: () => void;
  beforeAll(async () => {
    standIn = openFramed();
    const there = await serve(standIn.router);
    end = there.end;
    const { credentials = {}, settings = {} } = standIn.accounts[0] ?? {};
    const opened = { credentials, settings: { ...settings, endpoint: there.endpoint }, timeoutMs: 5000 };
    session = whatsapp.open?.(opened) as Session;
  });
  afterAll(() => end());

  const intent = (given: Post): Intent => ({
    ...{ key: 'd-1-2', prepared: {}, replyTo: null, kind: 'post', since: new Date() },
    post: given,
  });

  it('is read from Meta as it is registered there', async () => {
    const [read] = (await session.templates?.()) ?? [];
    expect(read).toMatchObject({ name: 'practice', frame: FRAME, state: 'approved' });
  });

  it('arrives with its picture above, its footer under it, and buttons that lead on', async () => {
    await session.publish(intent(post()));
    expect(standIn.messages().at(-1)).toMatchObject({
      text: 'Dear Anu, ₹500 reached us.',
      around: {
        ...{ header: null, media: MEDIA.url, footer: 'We Care' },
        buttons: [
          { text: 'Stop', url: null },
          { text: 'See the project', url: 'https://wecare.example/l/AbCd/token' },
          { text: 'Call us', url: null },
        ],
      },
    });
  });

  it.each<[string, Given, string]>([
    ['a button without its value', { frame: { ...FRAME, buttons: [] } }, '131008'],
    ['a header of another kind', { frame: { ...FRAME, header: { kind: 'video' } } }, '132012'],
    ['no header', { frame: { buttons: FRAME.buttons ?? [] }, values: VALUES.slice(1) }, '132012'],
    ['another number of values', { body: 'Dear {{1}}', values: ['asset:1', 'Anu', 'x'] }, '132000'],
    [
      'a reply where there is none',
      { frame: { ...FRAME, buttons: [...(FRAME.buttons ?? []), { kind: 'reply', text: 'Yes' }] } },
      '132000',
    ],
  ])('is refused by Meta with %s', async (_, given, code) => {
    await expect(session.publish(intent(post(given)))).rejects.toMatchObject({ kind: 'permanent', code });
  });

  it('counts as one that cannot be sent when it has parts that are none of ours', async () => {
    standIn.templates.set('map en', 'Here');
    standIn.components.set('map en', [{ type: 'HEADER', format: 'LOCATION' }]);
    standIn.templates.set('code en', 'Here');
    const copy = { type: 'COPY_CODE', text: 'Copy' };
    standIn.components.set('code en', [{ type: 'BUTTONS', buttons: [copy] }]);
    const read = ((await session.templates?.()) ?? []).slice(1);
    expect(read.map(({ state, reason }) => [state, reason])).toEqual([
      ['refused', 'unsupported'],
      ['refused', 'unsupported'],
    ]);
  });
});

describe('what is asked for', () => {
  it('is each part as the Cloud API documents it', async () => {
    const heard: { template?: { components?: unknown } }[] = [];
    const real = globalThis.fetch;
    globalThis.fetch = async (_, init) => {
      heard.push(JSON.parse(String(init?.body)));
      return Response.json({ messages: [{ id: 'wamid.A' }] });
    };
    const send = async (given: Post) => {
      const session = whatsapp.open?.({ credentials: {}, settings: { phone: '12345' }, timeoutMs: 1000 });
      const intent = { key: 'k', prepared: {}, replyTo: null, kind: 'post' as const, since: new Date() };
      await session?.publish({ ...intent, post: given });
      return heard.at(-1)?.template?.components;
    };
    try {
      const text = (value: string) => ({ type: 'text', text: value });
      expect(await send(post())).toEqual([
        { type: 'header', parameters: [{ type: 'image', image: { link: MEDIA.url } }] },
        { type: 'body', parameters: [text('Anu'), text('₹500')] },
        { type: 'button', sub_type: 'url', index: '1', parameters: [text('AbCd/token')] },
        {
          ...{ type: 'button', sub_type: 'quick_reply', index: '0' },
          parameters: [{ type: 'payload', payload: 'Stop' }],
        },
      ]);
      const paper = {
        url: 'https://wecare.example/m/a.pdf',
        mime: 'application/pdf',
        bytes: 9,
        name: 'report.pdf',
      };
      const document = {
        frame: { header: { kind: 'document' } },
        values: VALUES.slice(0, 3),
        media: paper,
      } as const;
      expect(await send(post({ ...document, values: [...document.values] }))).toMatchObject([
        {
          type: 'header',
          parameters: [{ type: 'document', document: { link: paper.url, filename: 'report.pdf' } }],
        },
        { type: 'body' },
      ]);
      const words: Frame = { header: { kind: 'text', text: 'For {{name}}' } };
      expect(await send(post({ frame: words, values: ['Anu', 'Anu', '₹500'], media: null }))).toMatchObject([
        { type: 'header', parameters: [{ type: 'text', parameter_name: 'name', text: 'Anu' }] },
        { type: 'body' },
      ]);
    } finally {
      globalThis.fetch = real;
    }
  });

  it('is that each part has what it needs', () => {
    const codes = (given: Given) => whatsapp.validate(post(given)).map(({ code }) => code);
    expect(codes({})).toEqual([]);
    expect(codes({ media: null })).toEqual(['needs-header']);
    expect(codes({ media: { ...MEDIA, mime: 'image/webp' } })).toEqual(['media-type']);
    expect(codes({ media: { ...MEDIA, bytes: 6 * 1024 ** 2 } })).toEqual(['media-too-large']);
    expect(codes({ values: VALUES.slice(0, 3) })).toEqual(['not-the-template']);
    expect(codes({ values: [...VALUES.slice(0, 3), 'a b'] })).toEqual(['not-an-address']);
    expect(codes({ values: [...VALUES.slice(0, 3), 'a'.repeat(2000)] })).toEqual(['place-too-long']);
    const words: Frame = { header: { kind: 'text', text: 'For {{1}}' } };
    expect(codes({ frame: words, values: ['A'.repeat(60), 'Anu', '₹500'] })).toEqual(['place-too-long']);
  });
});
