import { expect, it } from 'vitest';
import { afterApproval } from '../../../scripts/lib/campaign-words.ts';

type Message = Parameters<typeof afterApproval>[0];
const message = (more: object) =>
  ({
    ...{ nextDates: [new Date('2026-11-30T03:30:00Z')], newsletter: null, window: null },
    schedule: { kind: 'cron', expression: '0 9 * * MON', zone: 'Asia/Kolkata' },
    ...more,
  }) as unknown as Message;

it('says after an approval when the message leaves, by its window too', () => {
  expect(afterApproval(message({}))).toBe('It is sent on Monday, 30 November 2026, 9:00 am.');
  expect(afterApproval(message({ window: { from: '10:00', to: '20:00' } }))).toBe(
    'It is sent on Monday, 30 November 2026, 9:00 am (leaves when the window opens: Monday, 30 November 2026, 10:00 am).',
  );
});

it('says after an approval what is still lacking', () => {
  expect(afterApproval(message({ nextDates: [] }))).toMatch(/not scheduled yet/);
});
