import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { openDkim, signText } from '../../../channels/email/dkim.ts';
import type { MailFile } from '../../../channels/email/files.ts';
import { compileMail, type MailTemplate } from '../../../channels/email/mail.ts';

const template: MailTemplate = {
  fromName: 'വി കെയർ',
  fromAddress: 'appeal@wecare.example',
  replyTo: null,
  subject: 'Report for {{name}}',
  html: '<p>Dear {{name}}</p><img src="cid:boat@wecare.example" alt="A boat">',
  text: 'Dear {{name}}\n',
  language: 'ml',
  headers: [],
};
const file = (more: Partial<MailFile> = {}): MailFile => ({
  ...{ name: 'report.pdf', type: 'application/pdf', cid: null },
  content: Buffer.from('%PDF-1.4 a report').toString('base64'),
  ...more,
});
const boat = file({ name: 'boat.png', type: 'image/png', cid: 'boat@wecare.example' });
const send = (files: MailFile[], name = 'മീര') =>
  compileMail({ ...template, files }).render({
    ...{ address: 'meera@home.example', name, token: 'abc', messageId: '1@wecare.example' },
    ...{ date: new Date('2026-11-21T13:00:00Z'), values: {} },
  });
/** The nesting of parts, read from the boundaries as RFC 2046 has them. */
const tree = (mail: string): string => {
  const types = [...mail.matchAll(/^Content-Type: ([\w/+-]+)/gim)].map(([, type = '']) => type);
  return types.join(' ');
};

describe('a mail that carries files', () => {
  it('nests what is needed and no more', () => {
    const both = 'text/plain text/html';
    expect(tree(send([]))).toBe(`multipart/alternative ${both}`);
    expect(tree(send([boat]))).toBe(`multipart/related multipart/alternative ${both} image/png`);
    expect(tree(send([file()]))).toBe(`multipart/mixed multipart/alternative ${both} application/pdf`);
    expect(tree(send([file(), boat]))).toBe(
      `multipart/mixed multipart/related multipart/alternative ${both} image/png application/pdf`,
    );
  });

  it('is read by another implementation as what it is', async () => {
    const mail = await PostalMime.parse(send([file(), boat]));
    expect(mail.text?.trim()).toBe('Dear മീര');
    expect(mail.html).toContain('cid:boat@wecare.example');
    expect(
      mail.attachments.map(({ filename, mimeType, disposition, contentId, related }) => ({
        filename,
        mimeType,
        disposition,
        contentId,
        related,
      })),
    ).toEqual([
      {
        filename: 'boat.png',
        mimeType: 'image/png',
        disposition: 'inline',
        contentId: '<boat@wecare.example>',
        related: true,
      },
      {
        filename: 'report.pdf',
        mimeType: 'application/pdf',
        disposition: 'attachment',
        contentId: undefined,
        related: undefined,
      },
    ]);
    expect(Buffer.from(mail.attachments[1]?.content as ArrayBuffer).toString()).toBe('%PDF-1.4 a report');
  });

  it('gives back any name and any content, in short ASCII lines', async () => {
    const letters = fc.constantFrom(
      'a',
      'Z',
      ' ',
      '"',
      "'",
      '\\',
      '*',
      '%',
      ';',
      '=',
      'ക',
      'ൻ',
      '്',
      '₹',
      '😀',
      '(',
      '?',
    );
    const names = fc.array(letters, { minLength: 1, maxLength: 110 }).map((all) => `x${all.join('')}x.pdf`);
    await fc.assert(
      fc.asyncProperty(names, fc.uint8Array({ maxLength: 600 }), async (name, bytes) => {
        const source = send([file({ name, content: Buffer.from(bytes).toString('base64') })]);
        expect(source).toMatch(/^[\r\n\t -~]*$/);
        expect(Math.max(...source.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(200);
        const [part] = (await PostalMime.parse(source)).attachments;
        expect(part?.filename).toBe(name);
        expect(Buffer.from(part?.content as ArrayBuffer).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('says a Malayalam name by RFC 2231 and, for old programs, by encoded-words', async () => {
    const source = send([file({ name: 'വാർഷിക റിപ്പോർട്ട് രണ്ടായിരത്തി ഇരുപത്തിയാറ്.pdf' })]);
    expect(source).toMatch(/\r\n filename\*0\*=UTF-8''%E0%B4%B5/);
    expect(source).toMatch(/\r\n name="=\?UTF-8\?B\?/);
  });

  it('refuses what could leave its place', () => {
    expect(() => send([file({ type: 'text/html\r\nX: y' })])).toThrow(/no media type/);
    expect(() => send([file({ content: 'a\r\n--=_' })])).toThrow(/not in base64/);
    expect(() => send([file({ cid: 'a>\r\nX: y' })])).toThrow(/no Content-ID/);
  });

  it('carries megabytes that are encoded once and that no connection copies', () => {
    const content = Buffer.alloc(5 * 1024 * 1024, 7).toString('base64');
    const mail = compileMail({ ...template, files: [file({ content })] });
    const to = {
      address: 'a@home.example',
      name: null,
      token: 't',
      messageId: '1@x.example',
      date: new Date(0),
    };
    const [one, two] = ['Anu', 'Binu'].map((name) =>
      mail.write({ ...to, values: { name } }, Buffer.alloc(16)),
    );
    expect(one?.bytes.length).toBeLessThan(16 * 1024);
    expect(one?.tail?.length).toBeGreaterThan(content.length * (78 / 76));
    expect(two?.tail).toBe(one?.tail);
  });

  it('is signed so that another implementation verifies it', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const dkim = openDkim([{ domain: 'wecare.example', selector: 's', privateKey }]);
    const signed = await signText(dkim, send([file(), boat]));
    const key = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const resolver = async () => [[`v=DKIM1; k=rsa; p=${key}`]];
    const good = await dkimVerify(Buffer.from(signed, 'latin1'), { resolver });
    expect(good.results.map(({ status }) => status.result)).toEqual(['pass']);
    const where = { address: 'meera@home.example', name: null, token: 'abc', messageId: '1@wecare.example' };
    const inPlace = compileMail({ ...template, files: [file(), boat] });
    const out = inPlace.write({ ...where, date: new Date(0), values: {} }, Buffer.alloc(16), dkim.room);
    await dkim.sign(out);
    const whole = Buffer.concat([out.bytes.subarray(out.from, out.at), out.tail as Uint8Array]);
    expect((await dkimVerify(whole, { resolver })).results.map(({ status }) => status.result)).toEqual([
      'pass',
    ]);
    const changed = await dkimVerify(Buffer.from(signed.replace('JVBERi0', 'JVBERi1'), 'latin1'), {
      resolver,
    });
    expect(changed.results.map(({ status }) => status.result)).toEqual(['neutral']);
  });
});
