import { expect, it } from 'vitest';
import { erasePerson, exportPerson, personalParts } from '../../../src/campaigns/persons.ts';
import { changeConsent, readConsents } from '../../../src/contacts/consents.ts';
import { sendNotice } from '../../../src/deliveries/notices.ts';
import { recordTouch } from '../../../src/links/links.ts';
import { engineGround } from '../../support/engine.ts';
import { startedRun } from '../../support/people.ts';

const ground = engineGround();
const rowsOf = async (query: string, values: unknown[] = []) => (await ground.sql.query(query, values)).rows;

/** Tables with such a column that hold nothing of contacts, and why. */
const OF_OTHERS: Record<string, string> = {
  access_link: 'links of staff; its hash is of the token',
  api_key: 'keys of programs; its hash is of the key',
  app_user: 'staff, who are no contacts',
  asset: 'pictures; its hash is of a file',
  asset_file: 'pictures; its hash is of a file',
  asset_use: 'pictures; its hash is of a file',
  bank_line: 'what the bank says; its hash is of a line',
  calendar_feed: 'of staff; its hash is of the token',
  journal_seal: 'its hash is of a journal, which names nobody',
  ledger_head: 'its hash is of the journals, which name nobody',
  message: 'from_address and reply_to are ours',
  outside_review: 'of other offices, named by staff; its hash is of the token',
  connect_state: 'of staff; its hash is of a state that comes back',
  fitted_media: 'its hash is of a picture',
  occasion_paper: 'its hash is of a picture or paper of a page',
  publication: 'its hash is of a post, which everybody sees',
  recovery_code: 'of staff; its hash is of the code',
  segment: 'rules, no people',
  session: 'of staff; its hash is of the cookie',
};

it('every table that has a contact or an address is claimed by a domain, or is said to be of others', async () => {
  const found = await rowsOf(
    `SELECT DISTINCT c.table_name AS name FROM information_schema.columns c
      JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND table_name !~ '^delivery_[0-9]+$'
       AND table_name <> 'seen_move'
       AND column_name ~ '(contact|address|email|phone|recipient|^hash$|^payload$|^subject_id$|^agent$|^wish$)'`,
  );
  const claimed = personalParts.flatMap(({ tables }) => tables);
  const unclaimed = found
    .map(({ name }) => name)
    .filter((name) => !claimed.includes(name) && !(name in OF_OTHERS));
  expect(unclaimed).toEqual([]);
  const all = await rowsOf(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  expect(claimed.filter((table) => !all.some(({ name }) => name === table))).toEqual([]);
});

it('hands over and erases what every domain keeps, and the run still counts', async () => {
  const { run, ids } = await startedRun(ground, ['gone@all.example', 'stays@all.example']);
  const [gone, stays] = ids as [string, string];
  const [{ seq }] = await rowsOf('SELECT seq FROM delivery WHERE run = $1 AND contact_id = $2', [run, gone]);
  const recipient = { run, seq };
  await recordTouch(ground, { kind: 'open', recipient, agent: 'Phone of Gone', machine: false });
  for (const address of ['gone@all.example', 'stays@all.example']) {
    await sendNotice(ground, { kind: 'code', address, language: 'en', subject: 'x', html: 'x', text: 'x' });
  }
  await ground.db.outbox.create({ data: { event: 'test', payload: { to: 'gone@all.example' } } });
  await ground.sql.query(
    `WITH came AS (INSERT INTO return_inbox (source, key, envelope_to, body, applied_at)
                   VALUES ('test', '1', '{gone@all.example}', 'gone@all.example is full', now()) RETURNING id)
     INSERT INTO mail_return (inbox, source, key, kind, reason, address_hash, effect)
     SELECT id, 'test', '1', 'bounce', 'mailboxfull', address_hash('email', 'gone@all.example'), 'counted' FROM came`,
  );
  await ground.sql.query(
    `WITH who AS (INSERT INTO donor (id, kind, name, email) SELECT gen_random_uuid(), 'individual', 'Gone', 'Gone@all.example'
                    FROM generate_series(1, 2) RETURNING id)
     INSERT INTO donation (id, stream, fund, donor_id, amount, mode, given_on, message)
     SELECT gen_random_uuid(), 'domestic', 'fund.general.domestic', id, 50000, 'cash', '2026-11-01', 'from gone@all.example'
       FROM (SELECT id FROM who LIMIT 1) w`,
  );
  const known = await exportPerson(ground, gone);
  expect(known).toMatchObject({
    addresses: [{ value: 'gone@all.example' }],
    deliveries: [{ state: 'planned' }],
    visits: [{ kind: 'open', agent: 'Phone of Gone' }],
    notices: [{ kind: 'code' }],
    returns: [{ reason: 'mailboxfull' }],
    gifts: [{ paise: '50000', name: 'Gone' }],
  });

  await erasePerson(ground, gone, 'cli:test');
  const tables = [...new Set(personalParts.flatMap(({ tables: some }) => some))].filter(
    (name) => name !== 'audit_entry',
  );
  const [{ hash, hex }] = await rowsOf(
    "SELECT address_hash('email', 'gone@all.example')::text AS hash, encode('gone@all', 'hex') AS hex",
  );
  for (const table of tables) {
    const rows = await rowsOf(`SELECT to_jsonb(t)::text AS text FROM ${table} t`);
    for (const { text } of rows) {
      expect(text).not.toMatch(new RegExp(`gone@all|Phone of Gone|${gone}|${hash}|${hex}`));
    }
  }
  // The tax law wants the name of who gave; of whoever only meant to, nothing is kept.
  expect(await rowsOf('SELECT name, email FROM donor')).toEqual([{ name: 'Gone', email: null }]);
  expect(await rowsOf('SELECT count(*)::int AS n FROM delivery WHERE run = $1', [run])).toEqual([{ n: 2 }]);
  expect((await exportPerson(ground, stays)).notices).toHaveLength(1);
});

it('does not forget a withdrawal: the address stays suppressed by its hash, the proof without the person', async () => {
  const { ids } = await startedRun(ground, ['no@more.example']);
  const [id] = ids as [string];
  const wish = { contactId: id, channel: 'email', purpose: 'appeals', given: false, actor: 'a@kssm.example' };
  expect(await changeConsent(ground, { ...wish, basis: 'letter of Ravi, 3 May' })).toBe(true);
  expect(await changeConsent(ground, { ...wish, basis: 'the same again' })).toBe(false);
  await erasePerson(ground, id, 'cli:test');
  const suppressed = await rowsOf(
    "SELECT value, reason FROM suppression WHERE hash = address_hash('email', 'no@more.example')",
  );
  expect(suppressed).toEqual([{ value: null, reason: 'unsubscribed' }]);
  const history = await rowsOf('SELECT given, basis, proof FROM consent_event WHERE contact_id = $1', [id]);
  expect(history).toEqual([
    { given: false, basis: 'withdrawn', proof: { addresses: [expect.stringMatching(/^[0-9a-f-]{36}$/)] } },
  ]);
});

it('leaves a mailbox alone that somebody else of the household has', async () => {
  const { ids } = await startedRun(ground, ['home@more.example']);
  const other = await ground.db.contact.create({
    data: { name: 'Devi', addresses: { create: { channel: 'email', value: 'home@more.example' } } },
  });
  const [id] = ids as [string];
  await changeConsent(ground, {
    ...{
      contactId: id,
      channel: 'email',
      purpose: 'appeals',
      given: false,
      basis: 'by telephone',
      actor: 'x',
    },
  });
  await erasePerson(ground, id, 'cli:test');
  expect(
    await rowsOf("SELECT FROM suppression WHERE hash = address_hash('email', 'home@more.example')"),
  ).toEqual([]);
  expect((await exportPerson(ground, other.id)).addresses).toHaveLength(1);
});

it('shows what holds since when and on what basis, and the history; refuses what nobody said', async () => {
  const { ids } = await startedRun(ground, ['tell@more.example']);
  const [id] = ids as [string];
  const wish = {
    contactId: id,
    channel: 'email',
    purpose: 'newsletter',
    given: true,
    actor: 'a@kssm.example',
  };
  await changeConsent(ground, { ...wish, basis: 'paper form of 3 May, file 12' });
  await changeConsent(ground, { ...wish, given: false, basis: 'by telephone' });
  const { holds, history } = await readConsents(ground.sql, id);
  expect(holds).toMatchObject([
    { purpose: 'appeals', given: true },
    { purpose: 'newsletter', given: false },
  ]);
  expect(history.map(({ basis }) => basis)).toEqual(['test', 'paper form of 3 May, file 12', 'by telephone']);
  expect(holds[1]?.proof).toEqual({ enteredBy: 'a@kssm.example' });
  for (const off of [{ basis: ' ' }, { channel: 'pigeon' }, { purpose: 'a\nb' }]) {
    await expect(changeConsent(ground, { ...wish, basis: 'a form', ...off })).rejects.toThrow(/^[A-Z].*\.$/);
  }
  const audits = await ground.db.auditEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } });
  expect(audits.map(({ action }) => action)).toEqual(['consent.given', 'consent.withdrawn']);
});
