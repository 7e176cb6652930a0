import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFile, checkMail } from '../../../src/campaigns/check/check.ts';

const STOP = '<a href="{{unsubscribe_url}}">Unsubscribe</a>';
const codes = (html: string, over: object = {}) =>
  checkMail({ html: html + STOP, text: 'x', subject: 'Hello', ...over }).map(({ code }) => code);
const eml = (head: string, body = STOP) =>
  checkFile('a.eml', Buffer.from(`${head}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`));
const PAIR = 'List-Unsubscribe: <https://a.example/u/x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click';
const codesOf = async (findings: ReturnType<typeof eml>) => (await findings).map(({ code }) => code);

describe('the check before sending', () => {
  it('finds nothing in a plain and honest mail', () => {
    expect(
      codes(
        '<html lang="en"><p>Hello to you and to everybody at home in the hills</p><a href="https://www.a.example/x">a.example</a><img src="a" alt="">',
      ),
    ).toEqual([]);
  });

  it.each([
    ['<a href="https://evil.example/">https://bank.example/login</a>', 'link-other'],
    ['<a href="http://a.example/">Give</a>', 'link-insecure'],
    ['<a href="https://localhost:3000/">Give</a>', 'link-local'],
    ['<a href="javascript:alert(1)">Give</a>', 'link-scheme'],
    ['<a href="#">Give</a>', 'link-empty'],
    ['<p>Forty letters and more stand beside the picture here.</p><img src="a.png">', 'alt-missing'],
    ['<img src="a.png" alt="All that is said">', 'image-only'],
    ['<div style="display: flex">', 'css-flex'],
    ['<div style="position:absolute">', 'css-position'],
    ['<style>@import url(x.css)</style>', 'css-external'],
    ['<link rel="stylesheet" href="x.css">', 'css-external'],
    ['<script>1</script>', 'html-script'],
    ['<form></form>', 'html-form'],
    ['<p onclick="x()">', 'html-handler'],
    ['<p>Give now!!!</p>', 'exclamation'],
    ['<p>Dear friend, we write to you</p>', 'dear-friend'],
    ['<p>Dear {{default name "Friend"}}, we write to you</p>', 'dear-friend'],
    [`<p>${'x'.repeat(103 * 1024)}</p>`, 'html-size'],
    ['<html lang="ml"><p>This is a long text that is written in English throughout.</p>', 'language'],
  ])('finds what is wrong with %#', (html, code) => {
    expect(codes(html)).toEqual([code]);
  });

  it('says which line of a draft is too long for a server, in octets', async () => {
    const long = (octets: number) => Buffer.from(`<p>one</p>\n<p>${'ക'.repeat(octets / 3)}</p>\n${STOP}`);
    expect(await codesOf(checkFile('a.html', long(900)))).toEqual([]);
    const [found] = await checkFile('a.html', long(999));
    expect(found).toMatchObject({ level: 'warning', code: 'line-length' });
    expect(found?.words).toMatch(/^Line 2 of the HTML is longer than 998 octets/);
  });

  it('says what a mail’s files weigh, and counts HTML alone against 102 KB', async () => {
    const file = Buffer.alloc(1_200_000).toString('base64');
    const source = [
      `Subject: x\r\n${PAIR}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b`,
      `Content-Type: text/html\r\n\r\n${STOP}\r\n--b\r\nContent-Type: application/pdf; name=a.pdf`,
      `Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n`,
      `${file.replace(/.{76}/g, '$&\r\n')}\r\n--b--\r\n`,
    ];
    const found = await checkFile('a.eml', Buffer.from(source.join('\r\n')));
    const words = Object.fromEntries(found.map(({ code, words }) => [code, words]));
    expect(words.attachments).toMatch(/^a.pdf \(1.1 MB\) is attached.*a link to the file/);
    expect(words['mail-size']).toMatch(/^The whole mail weighs 1.6 MB/);
    expect(words['html-size']).toBeUndefined();
  });

  it('looks at the subject and for a way out', () => {
    expect(codes('', { subject: 'LAST CHANCE TODAY' })).toEqual(['subject-capitals']);
    expect(checkMail({ html: '<p>x</p>', text: null }).map(({ code }) => code)).toEqual([
      'unsubscribe-body',
      'text-missing',
    ]);
  });

  it('looks at lines and headers of a whole message', async () => {
    const good = `${PAIR}\r\nSubject: =?utf-8?B?4LSo4LSo4LWN4LSm4LS/?=`;
    expect(await codesOf(eml(good))).toEqual(['text-missing']);
    expect(await codesOf(eml('Subject: x'))).toContain('unsubscribe-post');
    expect(await codesOf(eml(`${PAIR}\r\nSubject: =?utf-8?B?4LSo4LSo4LWN4L?=`))).toContain('encoded-word');
    expect(await codesOf(eml(`${PAIR}\r\nSubject: =?utf-8?B?4LSo 4LSo?=`))).toContain('encoded-word');
    expect(await codesOf(eml(`${PAIR}\r\nSubject: നന്ദി`))).toContain('header-8bit');
    expect(await codesOf(eml(good, 'x'.repeat(999) + STOP))).toContain('line-length');
  });

  it('never throws, whatever the mail, and ends in time', async () => {
    const bits = fc.constantFrom(
      '<a ',
      '<',
      '>',
      '"',
      "'",
      'href=',
      'http://',
      '&#xffffff;',
      '<!--',
      '{{',
      '}}',
      '\uD800',
      '=?utf-8?b?',
      '\r\n',
      'ക',
    );
    const wild = fc.array(fc.oneof(bits, fc.string()), { maxLength: 60 }).map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(wild, async (text) => {
        checkMail({ html: text, text, subject: text, source: text });
        for (const name of ['a.eml', 'a.html', 'a.json']) await checkFile(name, Buffer.from(text));
      }),
      { numRuns: 100 },
    );
    for (const bit of [
      '<a ',
      '<a "',
      '<a \'x" ',
      '<!--',
      '<style>',
      '<a href="x">',
      '&',
      '=?utf-8?b?',
      '{{',
    ]) {
      const started = performance.now();
      checkMail({ html: bit.repeat(100_000), text: '', source: bit.repeat(100_000) });
      expect(performance.now() - started, bit).toBeLessThan(3000);
    }
  });

  const folder = new URL('../../../templates/email/', import.meta.url);
  it.each(readdirSync(folder).filter((file) => !file.startsWith('frame')))(
    'finds no fault in our own %s',
    async (file) => {
      expect(await checkFile(file, readFileSync(new URL(file, folder)))).toEqual([]);
    },
  );
});
