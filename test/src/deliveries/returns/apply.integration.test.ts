import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { erasePerson, exportPerson } from '../../../../src/campaigns/persons.ts';
import { sendNotice } from '../../../../src/deliveries/notices.ts';
import { applyReturns } from '../../../../src/deliveries/returns/apply.ts';
import { recordReturn, tidyReturns } from '../../../../src/deliveries/returns/record.ts';
import { engineGround } from '../../../support/engine.ts';
import { numbered, PURPOSE } from '../../../support/people.ts';
import {
  bringIn,
  complaint,
  kept,
  report,
  type SentMail,
  sentRun,
  stateOf,
  suppressed,
} from '../../../support/returned.ts';

const ground = engineGround();
let domains = 0;
/** Two people of a domain of their own, each with a mail that was sent. */
async function two(): Promise<[SentMail, SentMail]> {
  const [a, b] = await sentRun(ground, numbered(2, `d${++domains}.example`));
  return [a as SentMail, b as SentMail];
}
const consents = async ({ contactId }: SentMail) =>
  (await ground.sql.query('SELECT purpose, given, basis FROM consent WHERE contact_id = $1', [contactId]))
    .rows;

beforeEach(async () => {
  await ground.sql.query('TRUNCATE return_inbox, mail_return, suppression RESTART IDENTITY');
});

describe('a bounce', () => {
  it('moves its delivery, and suppresses an address that does not exist, for good', async () => {
    const [mail, other] = await two();
    expect(await bringIn(ground, report({ to: mail.from, address: mail.address }))).toBe(true);
    expect(await kept(ground)).toMatchObject([
      { kind: 'bounce', reason: 'userunknown', hard: true, found_by: 'return path', effect: 'bounced' },
    ]);
    expect([await stateOf(ground, mail), await stateOf(ground, other)]).toEqual(['bounced', 'sent']);
    const { rows } = await ground.sql.query('SELECT value, reason, source, expires_at FROM suppression');
    expect(rows).toEqual([
      {
        ...{ value: mail.address, reason: 'hardbounce', expires_at: null },
        source: `imap, run ${mail.run}`,
      },
    ]);
  });

  it('counts once when it comes twice, also by another way', async () => {
    const [mail] = await two();
    const bytes = report({
      to: mail.from,
      address: mail.address,
      status: '5.2.2',
      said: '552 5.2.2 mailbox full',
    });
    expect(await bringIn(ground, bytes)).toBe(true);
    expect(await bringIn(ground, bytes)).toBe(false);
    expect(await bringIn(ground, bytes, { source: 'listener', envelopeTo: [mail.from] })).toBe(true);
    expect((await kept(ground)).map(({ effect }) => effect)).toEqual(['bounced', 'known']);
    expect(await suppressed(ground)).toEqual({});
  });

  it('with a forged return path changes nothing, and is recorded as such', async () => {
    const [mail] = await two();
    const flip = (text: string) => text.replace(/.(?=@)/, (last) => (last === '0' ? '1' : '0'));
    await bringIn(ground, report({ to: flip(mail.from), address: mail.address }));
    expect(await kept(ground)).toMatchObject([{ effect: 'forged', run: null, found_by: null }]);
    expect([await stateOf(ground, mail), await suppressed(ground)]).toEqual(['sent', {}]);
  });

  it('that only names somebody proves nothing', async () => {
    const [mail] = await two();
    await bringIn(ground, report({ to: 'care@kssm.example', address: mail.address }));
    expect(await kept(ground)).toMatchObject([{ effect: 'unproven' }]);
    expect(await suppressed(ground)).toEqual({});
  });

  it('is known by the Message-ID of a mail to that address, and by no other', async () => {
    const [mail, other] = await two();
    const returned = [`Message-ID: <${mail.messageId}>`];
    await bringIn(ground, report({ to: 'care@kssm.example', address: other.address, returned }));
    await bringIn(ground, report({ to: 'care@kssm.example', address: mail.address, returned }));
    expect(await kept(ground)).toMatchObject([
      { effect: 'unproven' },
      { effect: 'bounced', found_by: 'message-id', seq: mail.seq },
    ]);
  });

  it('suppresses for a time who is full in three runs of a month, and not for our own fault', async () => {
    const address = 'full@often.example';
    const soft = async (status: string, said: string) => {
      const [mail] = (await sentRun(ground, [address])) as [SentMail];
      await ground.sql.query('DELETE FROM suppression');
      await bringIn(ground, report({ to: mail.from, address, status, said }));
    };
    const full = () => soft('5.2.2', '552 5.2.2 <full@often.example> mailbox full');
    await full();
    await full();
    await soft('5.7.1', '554 5.7.1 Your message was blocked as spam, see our blocklist');
    expect(await suppressed(ground)).toEqual({});
    await full();
    const { rows } = await ground.sql.query(
      "SELECT reason, expires_at > now() + interval '29 days' AND expires_at < now() + interval '31 days' AS month FROM suppression",
    );
    expect(rows).toEqual([{ reason: 'softbounce', month: true }]);
  });

  it('of a notice suppresses the address it went to', async () => {
    const mail = { language: 'en', subject: 'Code', html: '<p>1</p>', text: '1' };
    const id = await sendNotice(ground, { kind: 'code', address: 'staff@kssm.example', ...mail });
    await ground.sql.query("UPDATE notice SET state = 'sent' WHERE id = $1", [id]);
    const returned = [`Message-ID: <${id}@kssm.example>`];
    await bringIn(ground, report({ to: 'care@kssm.example', address: 'staff@kssm.example', returned }));
    expect(await kept(ground)).toMatchObject([{ found_by: 'notice', effect: 'suppressed' }]);
  });

  it('of a forwarded mail is about the address to which we wrote', async () => {
    const [mail] = await two();
    await bringIn(ground, report({ to: mail.from, address: 'elsewhere@forwarded.example' }));
    expect(Object.keys(await suppressed(ground))).toEqual([mail.address]);
  });

  it('that tells of several is about the one to whom the mail went, and of those who got it says nothing bad', async () => {
    const [mail, other] = await two();
    const expanded = (first: string, action: string) =>
      report({ to: mail.from, address: 'else@forwarded.example' }).replace(
        'Reporting-MTA: dns; mx.people.example\r\n',
        `$&\r\nFinal-Recipient: rfc822; ${first}\r\nAction: ${action}\r\nStatus: 2.1.5\r\n`,
      );
    await bringIn(ground, expanded(mail.address, 'delivered'));
    expect(await kept(ground)).toMatchObject([{ kind: 'delivered', effect: 'none' }]);
    expect([await stateOf(ground, mail), await suppressed(ground)]).toEqual(['sent', {}]);
    const many = Array.from(
      { length: 900 },
      (_, i) => `Final-Recipient: rfc822; x${i}@y.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n`,
    );
    await bringIn(
      ground,
      report({ to: 'care@kssm.example', address: other.address }).replace(
        'Final-Recipient',
        `${many.join('')}Final-Recipient`,
      ),
    );
    expect(await kept(ground)).toHaveLength(51);
    expect(await suppressed(ground)).toEqual({});
  });

  it('waits while its delivery has no outcome yet, and is applied when it has', async () => {
    const [mail] = await two();
    await ground.sql.query('ALTER TABLE delivery DISABLE TRIGGER seen');
    await ground.sql.query("UPDATE delivery SET state = 'sending' WHERE run = $1", [mail.run]);
    await ground.sql.query('ALTER TABLE delivery ENABLE TRIGGER seen');
    await bringIn(ground, report({ to: mail.from, address: mail.address }));
    expect(await kept(ground)).toEqual([]);
    await ground.sql.query("UPDATE delivery SET state = 'sent' WHERE run = $1", [mail.run]);
    await ground.sql.query('UPDATE return_inbox SET due_at = now()');
    expect(await applyReturns(ground)).toBe(1);
    expect(await stateOf(ground, mail)).toBe('bounced');
  });
});

describe('what asks for nothing', () => {
  it('a delay, an automatic answer, a bounce about a bounce and a mail loop are recorded and no more', async () => {
    const [mail] = await two();
    const about = { to: mail.from, address: mail.address };
    await bringIn(ground, report({ ...about, action: 'delayed', status: '4.2.2', said: '452 4.2.2 full' }));
    await bringIn(
      ground,
      [
        `To: ${mail.from}`,
        `From: ${mail.address}`,
        'Auto-Submitted: auto-replied',
        'Subject: Out of office',
        '',
        'Away.',
      ].join('\r\n'),
    );
    const returned = [
      'Content-Type: multipart/report; report-type=delivery-status',
      'Auto-Submitted: auto-replied',
    ];
    await bringIn(ground, report({ ...about, returned }));
    await bringIn(ground, report({ ...about, status: '5.4.6', said: '554 5.4.6 Too many hops, mail loop' }));
    const hops = Array.from({ length: 120 }, (_, i) => `Received: from a by b${i}`);
    await bringIn(ground, report({ ...about, more: hops }));
    expect((await kept(ground)).map(({ kind, effect }) => `${kind}: ${effect}`)).toEqual([
      ...['delayed: none', 'auto-reply: none', 'bounce: bounce about a bounce'],
      ...['bounce: mail loop', 'bounce: mail loop'],
    ]);
    expect([await stateOf(ground, mail), await suppressed(ground)]).toEqual(['sent', {}]);
  });
});

describe('a complaint', () => {
  it('withdraws the consent and suppresses at once, even after a bounce', async () => {
    const [mail, other] = await two();
    await bringIn(
      ground,
      report({ to: mail.from, address: mail.address, status: '5.2.2', said: '552 5.2.2 full' }),
    );
    await bringIn(ground, complaint(mail));
    expect(await stateOf(ground, mail)).toBe('complained');
    expect(await consents(mail)).toEqual([{ purpose: PURPOSE, given: false, basis: 'complaint' }]);
    expect(await consents(other)).toMatchObject([{ given: true }]);
    expect(await suppressed(ground)).toEqual({ [mail.address]: 'complaint' });
  });

  it('that says it is no spam, or speaks of a signature, is none', async () => {
    const [mail] = await two();
    for (const type of ['not-spam', 'auth-failure', 'virus'])
      await bringIn(ground, complaint({ ...mail, type }));
    expect((await kept(ground)).map(({ effect }) => effect)).toEqual(['none', 'none', 'none']);
    expect(await consents(mail)).toMatchObject([{ given: true }]);
  });
});

it('a mail to the unsubscribe address withdraws the consent and suppresses nobody', async () => {
  const [mail] = await two();
  const to = `unsubscribe+${mail.token}@bounce.kssm.example`;
  await bringIn(ground, `From: somebody@x.example\r\nTo: ${to}\r\nSubject: unsubscribe\r\n\r\n`);
  expect(await kept(ground)).toMatchObject([{ kind: 'unsubscribe', effect: 'unsubscribed' }]);
  expect(await consents(mail)).toMatchObject([{ given: false, basis: 'unsubscribe mail' }]);
  expect(await suppressed(ground)).toEqual({});
});

it('an expired suppression takes the new reason, one for good keeps its own', async () => {
  const [soft, hard] = await two();
  await ground.sql.query(
    `INSERT INTO suppression (channel, hash, value, reason, source, expires_at)
     VALUES ('email', address_hash('email', $1), $1, 'softbounce', 'old', now() - interval '1 day'),
            ('email', address_hash('email', $2), $2, 'manual', 'old', NULL)`,
    [soft.address, hard.address],
  );
  for (const mail of [soft, hard]) await bringIn(ground, report({ to: mail.from, address: mail.address }));
  expect(await suppressed(ground)).toEqual({ [soft.address]: 'hardbounce', [hard.address]: 'manual' });
});

it('one that cannot be applied stays with the reason and stops no other', async () => {
  const [mail] = await two();
  await ground.sql.query("ALTER TABLE mail_return ADD CONSTRAINT no_poison CHECK (key NOT LIKE 'poison%')");
  await recordReturn(ground.sql, { source: 'imap', key: 'poison', body: Buffer.from('x') });
  await bringIn(ground, report({ to: mail.from, address: mail.address }));
  const { rows } = await ground.sql.query(
    'SELECT key, applied_at IS NULL AS open, trouble, attempts FROM return_inbox ORDER BY id',
  );
  expect(rows[0]).toMatchObject({ key: 'poison', open: true, attempts: 1 });
  expect(rows[0].trouble).toContain('no_poison');
  expect(rows[1]).toMatchObject({ open: false, trouble: null });
});

it('drops the bytes a month after they were applied, and never before', async () => {
  const [mail] = await two();
  await bringIn(ground, report({ to: mail.from, address: mail.address }));
  await recordReturn(ground.sql, { source: 'imap', body: Buffer.from('open') });
  await ground.sql.query(
    "UPDATE return_inbox SET at = at - interval '60 days', applied_at = applied_at - interval '31 days'",
  );
  await tidyReturns(ground.sql);
  const { rows } = await ground.sql.query('SELECT body FROM return_inbox ORDER BY id');
  expect(rows.map(({ body }) => body?.toString() ?? null)).toEqual([null, 'open']);
});

it('drops the bytes of a person’s letter at the next tidying', async () => {
  await bringIn(ground, 'From: Radha <radha@x.example>\r\nTo: bounces@kssm.example\r\n\r\nThank you');
  await tidyReturns(ground.sql);
  expect((await ground.sql.query('SELECT body FROM return_inbox')).rows).toEqual([{ body: null }]);
});

it('is handed over and erased with the person, and still counts', async () => {
  const [mail, other] = await two();
  await bringIn(ground, report({ to: mail.from, address: mail.address }));
  await bringIn(ground, `From: x@y.example\r\n\r\nTell ${other.address} and ${mail.address} that I moved.`);
  await bringIn(ground, report({ to: other.from, address: other.address }));
  expect((await exportPerson(ground, mail.contactId)).returns).toMatchObject([
    { kind: 'bounce', effect: 'bounced' },
  ]);
  await erasePerson(ground, mail.contactId, 'cli:test');
  const { rows } = await ground.sql.query('SELECT body IS NULL AS gone FROM return_inbox ORDER BY id');
  expect(rows).toEqual([{ gone: true }, { gone: true }, { gone: false }]);
  const { rows: left } = await ground.sql.query(
    "SELECT address_hash IS NULL AS gone, run IS NOT NULL AS counts FROM mail_return WHERE kind = 'bounce' ORDER BY id",
  );
  expect(left).toEqual([
    { gone: true, counts: true },
    { gone: false, counts: true },
  ]);
});

it('applies whatever comes in, without a fault', async () => {
  const [mail, other] = await two();
  const parts = fc.constantFrom(
    ...[
      report({ to: mail.from, address: mail.address }),
      complaint(other),
      mail.from,
      mail.token,
      '\r\n\r\n',
    ],
    ...[
      'To: ',
      'Message-ID: <',
      '>',
      '--b1',
      'Final-Recipient: rfc822; ',
      'Content-Type: message/rfc822\r\n',
      '\0',
    ],
  );
  const text = fc
    .array(fc.oneof(parts, fc.string({ unit: 'binary' })), { maxLength: 12 })
    .map((all) => all.join(''));
  const to = fc.array(fc.oneof(fc.constant(mail.from), fc.string()), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(text, to, async (body, envelopeTo) => {
      await bringIn(ground, body, { envelopeTo: envelopeTo.map((one) => one.replaceAll('\0', '')) });
    }),
    { numRuns: 60 },
  );
  const { rows } = await ground.sql.query('SELECT trouble FROM return_inbox WHERE applied_at IS NULL');
  expect(rows).toEqual([]);
  expect(
    Object.keys(await suppressed(ground)).filter((one) => one !== mail.address && one !== other.address),
  ).toEqual([]);
});
