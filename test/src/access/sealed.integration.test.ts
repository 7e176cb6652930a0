import { expect, it } from 'vitest';
import { blindIndex } from '../../../src/access/blind-index.ts';
import { keyUse, recordKey, reseal, sealedColumns } from '../../../src/access/sealed.ts';
import { transaction } from '../../../src/db.ts';
import { accountsFor, saveAccount } from '../../../src/deliveries/accounts.ts';
import { keepDonor } from '../../../src/giving/donors.ts';
import { startWeb } from '../../../src/http/server.ts';
import { newRing, nextRing, openKeys } from '../../../src/keys.ts';
import { testGround } from '../../support/ground.ts';
import { seedMailed } from '../../support/mailed.ts';

const ground = testGround({ PORT: '0' });
const old = newRing();
const turned = nextRing(old);
const before = () => ({ ...ground, keys: openKeys(old) });
const after = () => ({ ...ground, keys: openKeys(turned) });

async function saveOne(name: string): Promise<void> {
  const settings = { host: 'mail.example', port: 587, user: 'we' };
  await saveAccount(before(), {
    name,
    domains: ['wecare.example'],
    settings,
    secrets: { password: 'രഹസ്യം' },
  });
}

it('seals every secret anew with the newest key, after which the old one is not needed for them', async () => {
  await saveOne('one');
  await saveOne('two');
  await recordKey(ground, 2, 'test');
  const counts = async () => (await keyUse(after())).map(({ id, secrets }) => [id, secrets]);
  expect(await counts()).toEqual([
    [2, 0],
    [1, 2],
  ]);
  expect(await reseal(after(), 'test')).toBe(2);
  expect(await reseal(after(), 'test')).toBe(0);
  expect(await counts()).toEqual([
    [2, 2],
    [1, 0],
  ]);
  const alone = { ...ground, keys: openKeys(turned.split(',')[0] as string) };
  const [account] = await accountsFor(alone, 'wecare.example');
  expect(account?.smtp.credentials).toEqual({ user: 'we', password: 'രഹസ്യം' });
  expect((await keyUse(after()))[0]).toMatchObject({ newest: true, present: true, since: expect.any(Date) });
});

it('makes the index of a donor’s number anew, also where it was made in an older way', async () => {
  const donor = (number: string) =>
    transaction(ground.sql, (connection) =>
      keepDonor({ keys: openKeys(old), clock: ground.clock }, connection, {
        ...{ kind: 'individual', name: 'Sreeja', email: null, phone: null, address: null, language: 'ml' },
        ...{ identity: { kind: 'pan', number }, source: {} },
      }),
    );
  const [one, same] = [await donor('AAAPA1234A'), await donor('aaapa 1234 a')];
  await ground.sql.query('UPDATE donor SET identity_index = $2 WHERE id = $1', [same, Buffer.alloc(16, 7)]);
  expect(await reseal(after(), 'test')).toBe(2);
  const { rows } = await ground.sql.query(
    'SELECT count(*)::int AS n FROM donor WHERE id = ANY($1::uuid[]) AND identity_index = $2',
    [[one, same], blindIndex(openKeys(turned), 'AAAPA1234A')],
  );
  expect(rows[0].n).toBe(2);
  expect(await reseal(after(), 'test')).toBe(0);
});

it('says which key is missing, and seals nothing anew without it', async () => {
  await saveOne('three');
  const lost = { ...ground, keys: openKeys(`9:${newRing().slice(2)}`) };
  expect(await keyUse(lost)).toContainEqual(expect.objectContaining({ id: 1, present: false, secrets: 1 }));
  await expect(reseal(lost, 'test')).rejects.toThrow(/is not in WECARE_KEYS. Put the old key back/);
});

it('lets people unsubscribe by links that an older key signed', async () => {
  const { token, contactId } = await seedMailed(before());
  const web = await startWeb(after());
  const answer = await fetch(`${web.url}/u/${token}`, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
  await web.close();
  expect(answer.status).toBe(200);
  const consent = await ground.db.consent.findFirstOrThrow({ where: { contactId } });
  expect(consent.given).toBe(false);
});

/** Columns of bytes that hold no secret; whoever adds a column says here or in sealedColumns which it is. */
const PLAIN = [
  ...[
    'access_link.hash',
    'api_answer.request_hash',
    'api_key.hash',
    'calendar_feed.hash',
    'recovery_code.hash',
  ],
  ...['return_inbox.body', 'session.hash', 'upload_chunk.bytes', 'webhook_inbox.body'],
  ...['donor.identity_index', 'journal_seal.hash', 'journal_seal.previous', 'ledger_head.hash'],
  ...['outside_review.hash', 'occasion_keeper.code_hash'],
  ...['disbursement.account_index', 'disbursement.name_index', 'bank_line.hash'],
  ...['connect_state.hash', 'publication.hash'],
];

it('knows every column of the database that could hold a sealed secret', async () => {
  const { rows } = await ground.sql.query(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND data_type = 'bytea' ORDER BY 1`,
  );
  const sealed = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  expect([...sealed, ...PLAIN].sort()).toEqual(rows.map(({ name }) => name));
});
