import { connect } from 'node:net';
import fc from 'fast-check';
import nodemailer from 'nodemailer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sendNotice } from '../../../../src/deliveries/notices.ts';
import { applyReturns } from '../../../../src/deliveries/returns/apply.ts';
import { listenForReturns } from '../../../../src/deliveries/returns/listen.ts';
import { engineGround } from '../../../support/engine.ts';
import { numbered } from '../../../support/people.ts';
import { kept, report, type SentMail, sentRun, stateOf, suppressed } from '../../../support/returned.ts';
import { until } from '../../../support/until.ts';

const ground = engineGround();
const open: { close(): Promise<void> }[] = [];
let runs = 0;

beforeEach(() => ground.sql.query('TRUNCATE return_inbox, mail_return, suppression RESTART IDENTITY'));
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function listener(protocol: 'lmtp' | 'smtp', on = ground) {
  const listening = await listenForReturns(on, `${protocol}://127.0.0.1:0`);
  open.push(listening);
  return listening.port;
}
/** As a mail server hands it over. @throws nodemailer's error with the reply */
async function hand(port: number, to: string | string[], raw: string, lmtp = false): Promise<void> {
  const options = { host: '127.0.0.1', port, ignoreTLS: true, lmtp };
  const transport = nodemailer.createTransport(options);
  try {
    const { rejectedErrors = [] } = await transport.sendMail({ envelope: { from: '', to }, raw });
    if (rejectedErrors[0]) throw rejectedErrors[0];
  } finally {
    transport.close();
  }
}
const one = async (): Promise<SentMail> =>
  (await sentRun(ground, numbered(1, `l${++runs}.example`)))[0] as SentMail;

it.each(['lmtp', 'smtp'] as const)('takes a bounce by %s and applies it', async (protocol) => {
  const port = await listener(protocol);
  const mail = await one();
  // The report itself names our return path nowhere: the envelope tells.
  const body = report({ to: 'undisclosed@kssm.example', address: mail.address });
  await hand(port, mail.from.toUpperCase(), body, protocol === 'lmtp');
  await hand(port, mail.from.toUpperCase(), body, protocol === 'lmtp');
  await until(async () => (await stateOf(ground, mail)) === 'bounced', 'it is applied');
  expect(await kept(ground)).toHaveLength(1);
  expect(await suppressed(ground)).toEqual({ [mail.address]: 'hardbounce' });
});

it('takes a bounce of a notice, which is known by its Message-ID', async () => {
  const port = await listener('lmtp');
  const mail = { language: 'en', subject: 'Code', html: '<p>1</p>', text: '1' };
  const address = 'gone@staff.example';
  const id = await sendNotice(ground, { kind: 'code', address, ...mail });
  await ground.sql.query("UPDATE notice SET state = 'sent' WHERE id = $1", [id]);
  const to = 'bounce@bounce.kssm.example';
  await hand(port, to, report({ to, address, returned: [`Message-ID: <${id}@kssm.example>`] }), true);
  await until(async () => (await kept(ground)).length > 0, 'it is applied');
  expect(await kept(ground)).toMatchObject([{ found_by: 'notice', effect: 'suppressed' }]);
});

it('refuses every other address, and keeps of a forged one only that it came', async () => {
  const port = await listener('smtp');
  const mail = await one();
  for (const to of ['care@kssm.example', 'bounce+1234@kssm.example', `bounce+${'0'.repeat(44)}@kssm.example`])
    await expect(hand(port, to, 'Subject: x\r\n\r\nx')).rejects.toThrow(/550 5\.1\.1/);
  const forged = mail.from.replace(/.(?=@)/, (last) => (last === '0' ? '1' : '0'));
  await hand(port, forged, report({ to: forged, address: mail.address }));
  await until(async () => (await kept(ground)).length > 0, 'it is applied');
  expect(await kept(ground)).toMatchObject([{ effect: 'forged', kind: 'other' }]);
  const { rows } = await ground.sql.query('SELECT length(body) AS bytes FROM return_inbox');
  expect(rows[0].bytes).toBeLessThan(100);
});

it('asks the server to come again while the database is away', async () => {
  const away = { ...ground, sql: { query: async () => Promise.reject(new Error('away')) } };
  const port = await listener('lmtp', away as unknown as typeof ground);
  const mail = await one();
  await expect(hand(port, mail.from, report({ to: mail.from, address: mail.address }), true)).rejects.toThrow(
    /451 4\.3\.0/,
  );
  expect(await kept(ground)).toEqual([]);
});

it('takes the start of a long one, and refuses what has no end', async () => {
  const port = await listener('smtp');
  const mail = await one();
  const tail = `${'x'.repeat(998)}\r\n`;
  await hand(port, mail.from, report({ to: mail.from, address: mail.address }) + tail.repeat(3000));
  await until(async () => (await stateOf(ground, mail)) === 'bounced', 'it is applied');
  const { rows } = await ground.sql.query('SELECT length(body) AS bytes FROM return_inbox');
  expect(rows[0].bytes).toBe(1024 * 1024);
  await expect(hand(port, mail.from, tail.repeat(35_000))).rejects.toThrow(/552/);
});

it('lives through whatever is said to it', async () => {
  const port = await listener('smtp');
  const mail = await one();
  const words = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.constantFrom(
      'EHLO x',
      'MAIL FROM:<>',
      `RCPT TO:<${mail.from}>`,
      'DATA',
      '.',
      'QUIT',
      'RSET',
      'AUTH PLAIN',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 12 }), (lines) => chatter(port, lines)),
    { numRuns: 40 },
  );
  await applyReturns(ground);
  await hand(port, mail.from, report({ to: mail.from, address: mail.address }));
  await until(async () => (await stateOf(ground, mail)) === 'bounced', 'it still works');
  const { rows } = await ground.sql.query('SELECT trouble FROM return_inbox WHERE trouble IS NOT NULL');
  expect(rows).toEqual([]);
});

/** Waits for the greeting: who talks before it is cut off. */
function chatter(port: number, lines: string[]): Promise<void> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => socket.end(`EHLO x\r\n${lines.join('\r\n')}\r\n`));
    socket.on('error', () => done()).on('close', () => done());
    socket.resume();
  });
}
