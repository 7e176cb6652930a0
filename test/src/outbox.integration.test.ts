import { expect, it } from 'vitest';
import { transaction } from '../../src/db.ts';
import { takeEvent } from '../../src/outbox.ts';
import { testGround } from '../support/ground.ts';

const ground = testGround();
const EVENTS = 300;
const HANDS = 8;

it('hands each event to one of many who ask at once, and nobody is refused', async () => {
  await ground.sql.query(
    `INSERT INTO outbox (event, payload) SELECT 'gift.paid', jsonb_build_object('n', n::text) FROM generate_series(1, $1) n`,
    [EVENTS],
  );
  const taken: string[] = [];
  const wish = { event: 'gift.paid', handler: 'thanks', now: ground.clock.now() };
  const takeOne = () =>
    transaction(ground.sql, async (connection) => {
      const event = await takeEvent(connection, wish);
      if (event) taken.push(event.payload.n as string);
      return event;
    });
  const takeAll = async () => {
    while (await takeOne());
  };
  await Promise.all(Array.from({ length: HANDS }, takeAll));
  await takeAll();
  expect(taken.map(Number).sort((one, other) => one - other)).toEqual(
    Array.from({ length: EVENTS }, (_, n) => n + 1),
  );
});
