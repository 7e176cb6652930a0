import { randomUUID } from 'node:crypto';
import type { Ground } from '../../src/ground.ts';
import { newOccasionCode, newOccasionNumber } from '../../src/pages/occasions/codes.ts';
import { OccasionContent } from '../../src/pages/occasions/content.ts';
import { plantGiftTo } from '../demonstration/project.ts';

/** A family's page that is shown, with so many gifts in the books: the first of ₹1,000, the others of ₹500. */
export async function plantFamilyPage(ground: Ground, gifts: number): Promise<{ id: string; code: string }> {
  const [id, code] = [randomUUID(), newOccasionCode()];
  const content = OccasionContent.parse({
    ...{ names: ['അനു', 'മനു'], from: 'ഞങ്ങളുടെ കുടുംബങ്ങൾ', day: '2026-12-12', until: null },
    ...{ line: 'സമ്മാനങ്ങൾ വേണ്ട. പകരം, കിടപ്പുരോഗികൾക്ക് ഒരു കൈത്താങ്ങാകാം.', story: 'പത്തു വർഷത്തെ കൂട്ട്.' },
    ...{ language: 'ml', photos: [], design: 'jasmine', project: null },
    ...{ goal: '1000000000', progress: true, visibility: 'public' },
  });
  await ground.sql.query(
    `INSERT INTO occasion (id, code, number, kind, state, content, shown, shown_edition, day, visibility, shown_at)
     VALUES ($1, $2, $3, 'wedding', 'live', $4, $4, 1, $5, 'public', now())`,
    [id, code, newOccasionNumber(), JSON.stringify(content), content.day],
  );
  const page = { project: null, occasion: id };
  await plantGiftTo(ground, { ...page, amount: 100_000n, name: 'Sreeja Nair', message: 'ആശംസകൾ.' });
  await ground.sql.query(
    `WITH p AS (
       INSERT INTO payment (id, account_id, amount, currency, method, created_at, captured_at, asked_at)
       SELECT 'pay_planted_' || n, (SELECT id FROM gateway_account LIMIT 1), 50000, 'INR', 'upi', now(), now(), now()
         FROM generate_series(2, $2::int) AS n RETURNING id
     ), w AS (
       INSERT INTO donor (id, kind, name) SELECT gen_random_uuid(), 'individual', id FROM p RETURNING id, name
     ), j AS (
       INSERT INTO journal (kind, subject, on_day, at) SELECT 'capture', 'payment:' || id, current_date, now() FROM p RETURNING id
     ), lines AS (
       INSERT INTO posting (journal, line, account, amount)
       SELECT j.id, l.line, l.account, l.amount FROM j, (VALUES (1, 'clearing.domestic', 50000), (2, 'fund.general.domestic', -50000)) AS l(line, account, amount)
     )
     INSERT INTO donation (id, stream, fund, donor_id, payment_id, amount, mode, given_on, message, created_at, occasion_id)
     SELECT gen_random_uuid(), 'domestic', 'fund.general.domestic', id, name, 50000, 'upi', current_date, 'With love', now(), $1 FROM w`,
    [id, gifts],
  );
  return { id, code };
}
