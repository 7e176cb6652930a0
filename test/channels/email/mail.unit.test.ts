import fc from 'fast-check';
import Handlebars from 'handlebars';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { compileMail, type MailRecipient, type MailTemplate } from '../../../channels/email/mail.ts';
import { isBlank } from '../../../channels/email/values.ts';

const template: MailTemplate = {
  fromName: 'വി കെയർ',
  fromAddress: 'appeal@wecare.example',
  replyTo: 'help@wecare.example',
  subject: 'നന്ദി, {{default name "സുഹൃത്തേ"}}',
  html: '<p>Dear {{name}}</p>\n.dot\n<a href="https://x.example/l/1/{{token}}">one</a>',
  text: 'Dear {{name}}\n',
  language: 'ml',
  headers: [['List-Unsubscribe', '<https://x.example/u/{{token}}>']],
};
const recipient: MailRecipient = {
  address: 'meera@home.example',
  name: 'മീര',
  token: 'abc-123_x',
  messageId: 'run-7.12@wecare.example',
  date: new Date('2026-11-21T13:00:00Z'),
  values: {},
};
const send = (over: Partial<MailTemplate> = {}, to: Partial<MailRecipient> = {}) =>
  compileMail({ ...template, ...over }).render({ ...recipient, ...to });
const newlines = (text: string | undefined) => (text ?? '').replace(/\r\n?/g, '\n').replace(/\n*$/, '');

describe('a compiled mail', () => {
  it('carries the headers of the sender, the recipient and the list', async () => {
    const mail = await PostalMime.parse(send());
    expect(mail.from).toEqual({ name: 'വി കെയർ', address: 'appeal@wecare.example' });
    expect(mail.to).toEqual([{ name: 'മീര', address: 'meera@home.example' }]);
    expect(mail.replyTo).toEqual([{ name: '', address: 'help@wecare.example' }]);
    expect(mail.subject).toBe('നന്ദി, മീര');
    expect(mail.messageId).toBe('<run-7.12@wecare.example>');
    expect(mail.date).toBe('2026-11-21T13:00:00.000Z');
    const header = (key: string) => mail.headers.find((one) => one.key === key)?.value;
    expect(header('list-unsubscribe')).toBe('<https://x.example/u/abc-123_x>');
    expect(header('content-language')).toBe('ml');
    expect(header('mime-version')).toBe('1.0');
  });

  it('writes a domain outside ASCII as IDNA says and refuses what is no address', () => {
    expect(send({}, { address: 'a@കേരളം.example', name: null })).toContain('To: a@xn--');
    for (const address of [
      'nobody',
      'a b@',
      'മീര@x.example',
      'a@x.example\r\nBcc: b@y.example',
      '@x.example',
    ]) {
      expect(() => send({}, { address }), address).toThrow(/is not an address/);
    }
    expect(() => send({}, { messageId: 'a>\r\nBcc: b@y.example' })).toThrow(/is not a Message-ID/);
  });

  it('refuses to set the headers that it sets itself', () => {
    for (const name of ['Bcc', 'content-type', 'X Y', 'X:Y', 'DKIM-Signature', '.X']) {
      expect(() => compileMail({ ...template, headers: [[name, 'x']] }), name).toThrow(/cannot be set/);
    }
  });

  it('uses base64 for mostly Malayalam and quoted-printable for mostly ASCII', () => {
    const encodings = send({ text: 'കേരളം '.repeat(50) }).match(/Content-Transfer-Encoding: \S+/g);
    expect(encodings).toEqual(['base64', 'quoted-printable'].map((it) => `Content-Transfer-Encoding: ${it}`));
  });

  it('quotes a name with a comma and encodes one that looks like an encoded-word', async () => {
    for (const name of ['Nair, "M" \\ co', '=?UTF-8?Q?x?= <evil@y.example>', 'Meera K. Nair']) {
      const mail = await PostalMime.parse(send({}, { name }));
      expect(mail.to).toEqual([{ name, address: 'meera@home.example' }]);
    }
  });
});

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'കേരളം',
    'ക്ഷ്മി\u200d',
    'a\u2028b',
    '.',
    '..\n.',
    'From me\nFrom you',
    '<b>&"\'`=',
    'x'.repeat(1200),
    '=?UTF-8?Q?x?=',
    'a  b ',
    ' \t',
    '\nBcc: evil@y.example\n',
    '--',
    '😀'.repeat(30),
    'long words here '.repeat(20),
  ),
);
const plain = word.map((text) => text.replace(/[{}\\\r\0]/g, '').replace(/\p{Cs}/gu, ''));
const field = fc.constantFrom('name', 'city', 'gift.amount', 'none', 'zero', 'list');
const tag = field.chain((name) =>
  fc.constantFrom(
    `{{${name}}}`,
    `{{~${name}}}`,
    `{{default ${name} "സുഹൃത്ത് & co"}}`,
    `{{default none ${name}}}`,
    '{{token}}',
    '{{! a note }}',
  ),
);
const { source } = fc.letrec<{ source: string; node: string }>((tie) => ({
  source: fc.array(tie('node'), { maxLength: 8 }).map((nodes) => nodes.join('')),
  node: fc.oneof(
    { depthSize: 'small' },
    plain,
    tag,
    fc
      .tuple(field, tie('source'), tie('source'), fc.constantFrom('if', 'unless'))
      .map(([name, yes, no, kind]) => `{{#${kind} ${name}}}${yes}\n{{else}}\n${no}{{/${kind}}}`),
  ),
}));
const value = fc.oneof(plain, fc.integer(), fc.boolean(), fc.constantFrom(null, undefined, '', 0, []));
const values = fc.record({
  name: value,
  city: value,
  gift: fc.record({ amount: value }),
  zero: fc.constant(0),
  list: fc.constant([]),
});

/** What Handlebars itself makes of a template, with `default` as its only helper. */
function reference(source: string, context: object): string {
  const engine = Handlebars.create();
  engine.registerHelper('default', (value: unknown, words: unknown) => (isBlank(value) ? words : value));
  return engine.compile(source)(context);
}

/** The same without escaping. Not by `noEscape`, which adds two numbers that stand side by side. */
function unescaped(source: string, context: object): string {
  const { escapeExpression } = Handlebars.Utils;
  Handlebars.Utils.escapeExpression = (value: unknown) => `${value ?? ''}`;
  try {
    return reference(source, context);
  } finally {
    Handlebars.Utils.escapeExpression = escapeExpression;
  }
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a header must lose
const oneLine = (text: string) => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ').trim();

describe('any template with any values', () => {
  it('reads, decoded, exactly as Handlebars would have printed it', async () => {
    const check = async (text: string, html: string, subject: string, filled: Record<string, unknown>) => {
      const mail = await PostalMime.parse(send({ text, html, subject }, { values: filled }));
      const { token, address, name } = recipient;
      const context = { ...filled, token, address, name: filled.name ?? name };
      expect(newlines(mail.text)).toBe(newlines(unescaped(text, context)));
      expect(newlines(mail.html)).toBe(newlines(reference(html, context)));
      expect((mail.subject ?? '').trim()).toBe(oneLine(unescaped(subject, context)));
      expect(mail.headers.map(({ key }) => key).join()).toBe(
        'from,reply-to,to,subject,date,message-id,list-unsubscribe,mime-version,content-language,content-type',
      );
    };
    await fc.assert(fc.asyncProperty(source, source, source, values, check), {
      numRuns: 150,
      endOnFailure: true,
    });
  });

  it('is ASCII in lines that any server takes, and no name can add a header', async () => {
    const check = async (text: string, html: string, name: string, filled: object) => {
      const message = send(
        { text, html, fromName: name, subject: '{{city}}{{name}}' },
        { name, values: filled as Record<string, unknown> },
      );
      expect(message).toMatch(/^[\t\r\n -~]*$/);
      for (const line of message.split('\r\n')) {
        expect(line.length).toBeLessThanOrEqual(998);
        expect(line).not.toMatch(/^\.|[\r\n]/);
      }
      const body = message.slice(message.indexOf('\r\n\r\n'));
      expect(Math.max(...body.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
      expect(body).not.toMatch(/[ \t]\r\n/);
      const mail = await PostalMime.parse(message);
      expect(mail.to?.[0]?.address).toBe(recipient.address);
      expect(mail.to?.[0]?.name ?? '').toBe(oneLine(name).replace(/\s+/g, ' '));
    };
    await fc.assert(fc.asyncProperty(source, source, plain, values, check), {
      numRuns: 150,
      endOnFailure: true,
    });
  });
});
