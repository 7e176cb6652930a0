import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config.ts';
import { applyReturns } from '../../../../src/deliveries/returns/apply.ts';
import { fetchReturns } from '../../../../src/deliveries/returns/mailbox.ts';
import { engineGround } from '../../../support/engine.ts';
import { type ImapServer, openImap } from '../../../support/imap.ts';
import { numbered } from '../../../support/people.ts';
import { kept, report, type SentMail, sentRun, suppressed } from '../../../support/returned.ts';

const ground = engineGround();
let imap: ImapServer;
let runs = 0;

beforeAll(async () => {
  imap = await openImap('bounces@kssm.example', 'secret');
});
afterAll(() => imap.close());
beforeEach(async () => {
  await ground.sql.query('TRUNCATE return_inbox, mail_return, suppression RESTART IDENTITY');
  await ground.sql.query("DELETE FROM setting WHERE key LIKE 'bounce-mailbox:%'");
  for (const mails of imap.folders.values()) mails.length = 0;
  imap.heard.length = 0;
});

function set(env: Record<string, string> = {}) {
  const BOUNCE_IMAP_URL = `imap://bounces%40kssm.example@127.0.0.1:${imap.port}/INBOX`;
  return {
    ...ground,
    config: loadConfig({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      BOUNCE_IMAP_URL,
      BOUNCE_IMAP_PASSWORD: 'secret',
      ...env,
    }),
  };
}
const sent = (n: number) => sentRun(ground, numbered(n, `m${++runs}.example`));
const bounceOf = ({ from, address }: SentMail) => report({ to: from, address });
const inbox = () => imap.folders.get('INBOX') ?? [];
const LETTER =
  'From: Radha <radha@people.example>\r\nTo: bounces@kssm.example\r\nSubject: Thank you\r\n\r\nDear all\r\n';

it('reads in batches, records, deletes only then, and leaves what a person wrote', async () => {
  const mails = await sent(60);
  for (const mail of mails) imap.deliver(bounceOf(mail));
  imap.deliver(LETTER);
  const config = set({ BOUNCE_IMAP_AFTER: 'delete' });
  expect(await fetchReturns(config)).toEqual({ read: 61, recorded: 61 });
  expect(inbox().map(({ source, flags }) => [source.toString(), flags.size])).toEqual([[LETTER, 0]]);
  expect(imap.heard.filter((command) => /FETCH/.test(command))).toHaveLength(3);
  await applyReturns(ground);
  expect(Object.keys(await suppressed(ground))).toHaveLength(60);
  const letter = (await kept(ground)).filter(({ kind }) => kind === 'other');
  expect(letter).toMatchObject([{ effect: 'none', run: null }]);
  expect(await fetchReturns(config)).toEqual({ read: 0, recorded: 0 });
});

it('marks or moves where that is set', async () => {
  const [a, b] = (await sent(2)) as [SentMail, SentMail];
  imap.deliver(bounceOf(a));
  await fetchReturns(set());
  expect(inbox().map(({ flags }) => [...flags])).toEqual([['\\Seen']]);
  imap.deliver(bounceOf(b));
  expect(await fetchReturns(set({ BOUNCE_IMAP_AFTER: 'move:Done' }))).toEqual({ read: 1, recorded: 1 });
  expect([inbox().length, imap.folders.get('Done')?.length]).toEqual([1, 1]);
});

it('goes on after the connection broke, and loses and counts nothing twice', async () => {
  const mails = await sent(30);
  for (const mail of mails) imap.deliver(bounceOf(mail));
  imap.cutAt('UID STORE', 1);
  // 25 were recorded and not deleted yet, so they are read again.
  expect(await fetchReturns(set({ BOUNCE_IMAP_AFTER: 'delete' }))).toEqual({ read: 55, recorded: 30 });
  expect(inbox()).toEqual([]);
  await applyReturns(ground);
  expect(await kept(ground)).toHaveLength(30);
});

it('says so when no connection holds, and finds all there the next time', async () => {
  const [mail] = (await sent(1)) as [SentMail];
  imap.deliver(bounceOf(mail));
  imap.cutAt('UID FETCH', 1);
  await expect(fetchReturns(set())).rejects.toThrow(/cannot be read.*nothing is lost/);
  expect(await fetchReturns(set())).toEqual({ read: 1, recorded: 1 });
});

it('reads all again when the server renumbered the mailbox, and counts nothing twice', async () => {
  const [mail] = (await sent(1)) as [SentMail];
  imap.deliver(bounceOf(mail));
  expect(await fetchReturns(set())).toEqual({ read: 1, recorded: 1 });
  imap.uidValidity++;
  expect(await fetchReturns(set())).toEqual({ read: 1, recorded: 0 });
});

it('leaves it to the process that is at it, and says what is missing or wrong', async () => {
  expect(await ground.locks.exclusively('returns:imap', () => fetchReturns(set()))).toBeNull();
  await expect(fetchReturns(ground)).rejects.toThrow(/Set BOUNCE_IMAP_URL/);
  await expect(fetchReturns(set({ BOUNCE_IMAP_PASSWORD: 'wrong' }))).rejects.toThrow(/cannot be read.*wrong/);
});
