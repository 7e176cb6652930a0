import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { migrate } from '../../scripts/lib/migrate.ts';
import { fixedClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { closeGround, type Ground, openGround } from '../../src/ground.ts';
import { newRing } from '../../src/keys.ts';
import { NOON } from './ground.ts';

/** A ground as the application's role of a database that another role owns, and that owner's connection. */
export interface TwoRoles {
  ground: Ground;
  owner: pg.Client;
  ownerUrl: string;
  app: string;
}

/** Makes both roles and the database for the test file that calls this; all gone after its last test. */
export function twoRoles(env: Record<string, string> = {}): TwoRoles {
  const made = {} as TwoRoles;
  const name = `test_roles_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const [owner, app] = [`${name}_owner`, `${name}_app`];
  const urlOf = (role: string, database = name) => {
    const url = new URL(inject('postgres'));
    Object.assign(url, { username: role, password: 'p', pathname: `/${database}` });
    return url.href;
  };
  beforeAll(async () => {
    await asAdmin(
      `CREATE ROLE ${owner} LOGIN PASSWORD 'p'`,
      `CREATE ROLE ${app} LOGIN PASSWORD 'p'`,
      `CREATE DATABASE ${name} OWNER ${owner}`,
    );
    const ownerUrl = urlOf(owner);
    await migrate(ownerUrl, app);
    const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: urlOf(app), ...env });
    const foundation = { keyRing: newRing(), service: 'test', clock: fixedClock(NOON) };
    made.ground = openGround(config, { databaseUrl: urlOf(app), ...foundation });
    made.owner = new pg.Client({ connectionString: ownerUrl });
    await made.owner.connect();
    Object.assign(made, { ownerUrl, app });
  });
  afterAll(async () => {
    await closeGround(made.ground);
    await made.owner.end();
    await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${app}`, `DROP ROLE ${owner}`);
  });
  return made;
}

async function asAdmin(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgres') });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
