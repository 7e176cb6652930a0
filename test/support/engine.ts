import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { publicationTransitions } from '../../src/deliveries/publications/states.ts';
import { canaryTransitions, deliveryTransitions, runTransitions } from '../../src/deliveries/states.ts';
import { testGround } from './ground.ts';

/**
 * A ground whose restore mark lies in a folder of its own, with short leases; when its tests are over,
 * every change of state that they caused must be one that the tables of states.ts allow.
 */
export function engineGround(env: Record<string, string> = {}): ReturnType<typeof testGround> {
  const ground = testGround({
    DATA_DIR: mkdtempSync(path.join(tmpdir(), 'wecare-mark-')),
    LEASE_SECONDS: '3',
    DEFER_FIRST_SECONDS: '1',
    ...env,
  });
  beforeAll(async () => {
    await ground.sql.query(WATCH);
  });
  afterAll(async () => {
    const { rows } = await ground.sql.query('SELECT DISTINCT what, before, after FROM seen_move');
    const tables = {
      ...{ delivery: deliveryTransitions, run: runTransitions, canary: canaryTransitions },
      publication: publicationTransitions,
    } as Record<string, Record<string, readonly string[]>>;
    const illegal = rows.filter(({ what, before, after }) => !tables[what]?.[before]?.includes(after));
    expect(illegal).toEqual([]);
  });
  return ground;
}

const WATCH = `
CREATE TABLE seen_move (what text, before text, after text);
CREATE FUNCTION see_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO seen_move VALUES (TG_ARGV[0], OLD.state, NEW.state);
  RETURN NULL;
END $$;
CREATE TRIGGER seen AFTER UPDATE ON delivery FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION see_move('delivery');
CREATE TRIGGER seen AFTER UPDATE ON run FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION see_move('run');
CREATE TRIGGER seen AFTER UPDATE ON run_canary FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION see_move('canary');
CREATE TRIGGER seen AFTER UPDATE ON publication FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION see_move('publication');`;
