import { expect, it } from 'vitest';
import { forgetMailed } from '../../../src/deliveries/forget.ts';
import { forgetVisitors } from '../../../src/links/forget.ts';
import { recordTouch } from '../../../src/links/links.ts';
import { testGround } from '../../support/ground.ts';
import { seedMailed } from '../../support/mailed.ts';

const ground = testGround({ KEEP_NOTICES_DAYS: '180', KEEP_TOUCHES_DAYS: '730' });
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(ground.clock.now().getTime() - days * DAY_MS);

async function notice(state: 'sent' | 'waiting', endedAt: Date | null): Promise<void> {
  await ground.db.notice.create({
    data: {
      ...{ kind: 'code', address: 'asha@family.example', language: 'ml', subject: 's', html: 'h', text: 't' },
      ...{ fromName: 'We Care', fromAddress: 'care@kssm.example', state, endedAt },
    },
  });
}

it('forgets notices and replies when their time is over, and neither what waits nor what is younger', async () => {
  await notice('sent', daysAgo(181));
  await notice('sent', daysAgo(179));
  await notice('waiting', null);
  const { run: old } = await seedMailed(ground);
  const { run: young } = await seedMailed(ground);
  await ground.db.run.update({ where: { id: old }, data: { endedAt: daysAgo(182) } });
  await ground.db.run.update({ where: { id: young }, data: { endedAt: daysAgo(170) } });
  await ground.sql.query("UPDATE delivery SET reply = '550 asha@family.example'");
  expect(await forgetMailed(ground)).toEqual({ notices: 1, replies: 1 });
  expect(await ground.db.notice.count()).toBe(2);
  const { rows } = await ground.sql.query('SELECT run FROM delivery WHERE reply IS NOT NULL');
  expect(rows).toEqual([{ run: String(young) }]);
});

it('keeps that somebody clicked, and forgets who', async () => {
  const mailed = await seedMailed(ground);
  for (const days of [731, 729]) {
    const clock = { now: () => daysAgo(days) };
    await recordTouch(
      { sql: ground.sql, clock },
      { kind: 'click', recipient: mailed, agent: 'Phone', machine: false },
    );
  }
  expect(await forgetVisitors(ground)).toBe(1);
  expect(await forgetVisitors(ground)).toBe(0);
  const { rows } = await ground.sql.query('SELECT run, seq, agent FROM touch ORDER BY at');
  expect(rows).toEqual([
    { run: null, seq: null, agent: null },
    { run: String(mailed.run), seq: mailed.seq, agent: 'Phone' },
  ]);
});
