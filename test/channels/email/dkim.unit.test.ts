import { createHash, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDkim, signText } from '../../../channels/email/dkim.ts';
import { compileMail } from '../../../channels/email/mail.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
const domain = 'wecare.example';
const dkim = openDkim([
  { domain, selector: 'r1', privateKey: pem(rsa.privateKey) },
  { domain, selector: 'e1', privateKey: pem(ed25519.privateKey) },
  { domain: 'other.example', selector: 'r1', privateKey: pem(rsa.privateKey) },
]);
const published: Record<string, KeyObject> = { r1: rsa.publicKey, e1: ed25519.publicKey };

const message = compileMail({
  fromName: 'വി കെയർ',
  fromAddress: `appeal@${domain}`,
  replyTo: `help@${domain}`,
  subject: 'കിടപ്പുരോഗികൾക്ക്  വീട്ടിൽ പരിചരണം, {{name}}',
  html: '<p>{{name}}</p>',
  text: '{{name}}\n\n\n',
  language: 'ml',
  headers: [
    ['List-Unsubscribe', '<https://x.example/u/{{token}}>, <mailto:u+{{token}}@x.example>'],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['Feedback-ID', '1:2:3:wecare'],
  ],
}).render({
  address: 'm@home.example',
  name: 'മീര',
  token: 'abc',
  messageId: `1@${domain}`,
  date: new Date('2026-11-21T13:00:00Z'),
  values: {},
});

/** A verifier written from RFC 6376 sections 3.4, 3.7 and 6.1.3: for each signature, whether it holds. */
function check(signed: string): { tags: Record<string, string>; holds: boolean }[] {
  const end = signed.indexOf('\r\n\r\n');
  const fields = signed.slice(0, end).split(/\r\n(?![ \t])/);
  const body = signed.slice(end + 4).replace(/(\r\n)*$/, '\r\n');
  return fields
    .filter((field) => /^dkim-signature:/i.test(field))
    .map((field) => {
      const value = field.slice(field.indexOf(':') + 1);
      const tags = Object.fromEntries(
        value.split(';').map((tag) => {
          const [name = '', ...rest] = tag.split('=');
          return [name.trim(), rest.join('=').replace(/\s+/g, '')];
        }),
      );
      const unused = fields.toReversed();
      const chosen = (tags.h ?? '').split(':').flatMap((name) => {
        const at = unused.findIndex((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
        return at === -1 ? [] : unused.splice(at, 1);
      });
      const bare = field.replace(/([;\s]b=)[^;]*/, '$1');
      const data = Buffer.from(
        `${chosen.map((one) => `${relaxed(one)}\r\n`).join('')}${relaxed(bare)}`,
        'latin1',
      );
      const key = published[tags.s ?? ''] as KeyObject;
      const signature = Buffer.from(tags.b ?? '', 'base64');
      const holds =
        tags.a === 'rsa-sha256'
          ? verify('sha256', data, key, signature)
          : verify(null, createHash('sha256').update(data).digest(), key, signature);
      const bodyHolds = createHash('sha256').update(body, 'latin1').digest('base64') === tags.bh;
      return { tags, holds: holds && bodyHolds };
    });
}

function relaxed(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ');
  return `${field.slice(0, colon).trimEnd().toLowerCase()}:${value.trim()}`;
}

describe('DKIM', () => {
  it('signs with every key of the sender’s domain, and both signatures hold', async () => {
    const signed = await signText(dkim, message);
    const found = check(signed);
    expect(found.map(({ tags, holds }) => [tags.s, tags.a, tags.d, holds])).toEqual([
      ['r1', 'rsa-sha256', domain, true],
      ['e1', 'ed25519-sha256', domain, true],
    ]);
    expect(signed.endsWith(message)).toBe(true);
    for (const line of signed.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
  });

  it('covers the headers of RFC 8058 and From once more than it occurs', async () => {
    const [first] = check(await signText(dkim, message));
    const names = first?.tags.h?.split(':') ?? [];
    expect(names.filter((name) => name === 'From')).toHaveLength(2);
    expect(names).toEqual(
      expect.arrayContaining(['List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID']),
    );
    expect(names).not.toContain('List-Id');
  });

  it('breaks when the body, a header or a second From is changed on the way', async () => {
    const signed = await signText(dkim, message);
    const forged = [
      signed.replace('To: ', 'To: x '),
      signed.replace(/--\r\n$/, '-x\r\n'),
      signed.replace(/^/, 'From: evil@y.example\r\n'),
    ];
    for (const one of forged) expect(check(one).some(({ holds }) => holds)).toBe(false);
  });

  it('stands refolding and spaces at the end of the body’s last lines', async () => {
    const signed = await signText(dkim, message);
    const moved = `${signed.replace('; boundary', ';\r\n\tboundary').replace('MIME-Version: 1', 'MIME-Version:   1')}\r\n\r\n`;
    expect(check(moved).every(({ holds }) => holds)).toBe(true);
  });

  it('writes into the room before a message of any ending, and refuses one without room', async () => {
    for (const body of ['', '\r\n', 'a', 'a\r\n', 'a\r\n\r\n\r\n', '\r\n\r\na\n\r\n']) {
      const text = `From: a@${domain}\r\nTo: b@home.example\r\n\r\n${body}`;
      expect(check(await signText(dkim, text)).map(({ holds }) => holds)).toEqual([true, true]);
    }
    const tight = { bytes: Buffer.from(message, 'latin1'), from: 0, at: message.length };
    await expect(dkim.sign(tight)).rejects.toThrow(/no room/);
  });

  it('refuses a key that receivers no longer accept', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    expect(() => openDkim([{ domain, selector: 'w', privateKey: pem(weak) }])).toThrow(/at least 2048 bits/);
  });
});
