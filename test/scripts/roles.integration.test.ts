import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPostgres } from '../../scripts/doctor/postgres.ts';
import { migrate } from '../../scripts/lib/migrate.ts';
import { addUser } from '../../src/access/users.ts';
import { erasePerson } from '../../src/campaigns/persons.ts';
import { suppress } from '../../src/contacts/suppression.ts';
import { sendNotice } from '../../src/deliveries/notices.ts';
import { accountAt, numbered, runState, startedRun } from '../support/people.ts';
import { twoRoles } from '../support/roles.ts';
import { openRude } from '../support/rude.ts';
import { until } from '../support/until.ts';
import { workers } from '../support/workers.ts';

const roles = twoRoles({ DATA_DIR: mkdtempSync(path.join(tmpdir(), 'wecare-roles-')), LEASE_SECONDS: '3' });
const as = (text: string) => roles.ground.sql.query(text);

describe('the application as a role that owns nothing', () => {
  let stop: (() => Promise<void>) | undefined;
  afterEach(async () => stop?.());

  it('sends a run and a notice, over the queue on Postgres, into a partition that it may not make itself', async () => {
    const { ground } = roles;
    const server = await openRude();
    const crew = workers(ground);
    stop = async () => {
      await crew.stopAll();
      await server.close();
    };
    await accountAt(ground, server.port);
    await roles.owner.query("SELECT setval('run_id_seq', 1234)");
    const { run } = await startedRun(ground, numbered(40));
    await sendNotice(ground, {
      ...{ kind: 'code', address: 'asha@people.example', language: 'en' },
      ...{ subject: 'Code', html: '<p>1</p>', text: '1' },
    });
    await crew.start();
    await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished');
    await until(() => server.accepted.length === 41, 'the notice has come');
    const { rows } = await as(
      `SELECT relowner::regrole::text AS owner FROM pg_class WHERE relname = 'delivery_1200'`,
    );
    expect(rows[0].owner).not.toBe(roles.app);
  });

  it('keeps what people do in the audit log, suppresses, and erases a person with all their history', async () => {
    const { ground } = roles;
    await addUser(ground, { email: 'a@kssm.example', name: 'A', roles: ['author'] }, 'test');
    await suppress(ground.sql, { channel: 'email', value: 'x@y.example', reason: 'request', source: 'test' });
    const { rows } = await as('SELECT contact_id FROM consent LIMIT 1');
    await erasePerson(ground, rows[0].contact_id, 'test');
    const left = await as(`SELECT FROM consent_event WHERE contact_id = '${rows[0].contact_id}'`);
    expect(left.rowCount).toBe(0);
  });

  it('is found in order by the doctor', async () => {
    const { config, databaseUrl, keys } = roles.ground;
    const findings = await checkPostgres({ config, databaseUrl, keys, home: config.dataDir });
    expect(findings.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok']);
  });

  it.each([
    'CREATE TABLE mine (id int)',
    'CREATE TABLE bullmq.mine (id int)',
    'ALTER TABLE contact ADD COLUMN mine int',
    'DROP TABLE delivery',
    'TRUNCATE contact',
    'UPDATE _prisma_migrations SET finished_at = NULL',
    'UPDATE consent_event SET given = true',
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
  ])('may not: %s', async (statement) => {
    await expect(as(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('is told that it may not migrate, and what to set', async () => {
    await expect(migrate(roles.ground.databaseUrl)).rejects.toThrow(
      new RegExp(`^The role ${roles.app} may not make or change tables .* Set MIGRATE_DATABASE_URL`),
    );
  });
});

describe('the audit log', () => {
  const attempts = [
    "UPDATE audit_entry SET actor = 'nobody'",
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'ALTER TABLE audit_entry DISABLE TRIGGER ALL',
    'ALTER TABLE audit_entry DISABLE TRIGGER audit_is_append_only',
    'DROP TRIGGER audit_is_append_only ON audit_entry',
    'ALTER TABLE audit_entry RENAME TO other',
    "SET session_replication_role = 'replica'",
  ];
  it.each(attempts)('is safe from the application: %s', async (statement) => {
    await expect(as(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('is told that it may not migrate, and what to set', async () => {
    await expect(migrate(roles.ground.databaseUrl)).rejects.toThrow(
      new RegExp(`^The role ${roles.app} may not make or change tables .* Set MIGRATE_DATABASE_URL`),
    );
  });

  it.each(attempts.slice(0, 3))('refuses even its owner: %s', async (statement) => {
    await addUser(
      roles.ground,
      { email: `${statement.length}@kssm.example`, name: 'B', roles: ['auditor'] },
      'test',
    );
    await expect(roles.owner.query(statement)).rejects.toThrow(/never changed or removed/);
  });
});

it('may be migrated again without harm', async () => {
  expect(await migrate(roles.ownerUrl, roles.app)).toEqual([]);
});
