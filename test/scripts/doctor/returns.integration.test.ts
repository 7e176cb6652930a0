import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkReturns } from '../../../scripts/doctor/returns.ts';
import { loadConfig } from '../../../src/config.ts';
import { recordReturn } from '../../../src/deliveries/returns/record.ts';
import { testGround } from '../../support/ground.ts';
import { type ImapServer, openImap } from '../../support/imap.ts';

const ground = testGround();
let imap: ImapServer;
beforeAll(async () => {
  imap = await openImap('bounces', 'secret');
  imap.deliver('Subject: one\r\n\r\n');
});
afterAll(() => imap.close());

async function verdicts(env: Record<string, string>): Promise<string[]> {
  const { keys, databaseUrl } = ground;
  const found = await checkReturns({
    config: loadConfig({ NODE_ENV: 'test', ...env }),
    keys,
    databaseUrl,
    home: '',
  });
  return found.map(({ verdict, seen }) => `${verdict} ${seen}`);
}

it('misses a way in, looks into the mailbox, and finds what waits to be applied', async () => {
  expect(await verdicts({})).toEqual(['warn no way in for what comes back']);
  const BOUNCE_IMAP_URL = `imap://bounces@127.0.0.1:${imap.port}/INBOX`;
  expect(await verdicts({ BOUNCE_IMAP_URL, BOUNCE_IMAP_PASSWORD: 'wrong' })).toEqual([
    ...['fail wrong', 'ok all that came in was applied'],
  ]);
  expect(await verdicts({ BOUNCE_IMAP_URL, BOUNCE_IMAP_PASSWORD: 'secret' })).toEqual([
    ...[expect.stringMatching(/^ok .*INBOX: 1 mails$/), 'ok all that came in was applied'],
  ]);
  await recordReturn(ground.sql, { source: 'imap', body: Buffer.from('x') });
  await ground.sql.query("UPDATE return_inbox SET at = now() - interval '1 hour'");
  expect(await verdicts({ BOUNCE_LISTEN: 'lmtp://127.0.0.1:2424' })).toEqual([
    'warn 1 wait for longer than ten minutes',
  ]);
});
