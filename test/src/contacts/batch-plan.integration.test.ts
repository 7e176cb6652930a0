import { expect, it } from 'vitest';
import { KNOWN } from '../../../src/contacts/batch.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();

/*
 * The index of trigrams serves `=` as well, and for many addresses that are alike a planner may take it:
 * on Postgres 15 a batch of a thousand took 20 to 40 seconds instead of a tenth of one.
 */
it('looks for the people of a batch by their addresses, never by trigrams or through the whole table', async () => {
  await ground.sql.query(`
    WITH c AS (INSERT INTO contact (id, name, kind, updated_at)
      SELECT gen_random_uuid(), 'P ' || i, 'individual', now() FROM generate_series(1, 30000) i RETURNING id, name)
    INSERT INTO address (id, contact_id, channel, value)
      SELECT gen_random_uuid(), id, 'email', replace(lower(name), ' ', '') || '@people.example' FROM c`);
  await ground.sql.query('ANALYZE contact, address');
  const emails = Array.from({ length: 1000 }, (_, i) => `p${29_500 + i}@people.example`);
  const plan = async (phones: string[]) => {
    const { rows } = await ground.sql.query(`EXPLAIN ${KNOWN}`, ['email', 'sms', emails, phones]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  for (const phones of [[], ['+919847012345']]) {
    expect(await plan(phones)).toContain('address_channel_value_idx');
    expect(await plan(phones)).not.toMatch(/address_value_idx|Seq Scan on address/);
  }
});
