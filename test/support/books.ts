import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { indianDay } from '../../src/giving/calendar.ts';
import { type OfflineWish, recordOffline } from '../../src/giving/offline/record.ts';
import { sealJournals, verifyLedger } from '../../src/giving/seal.ts';
import type { Ground } from '../../src/ground.ts';

/** A person of India who gives. */
export const LEELAMMA: OfflineWish['donor'] = {
  ...{ kind: 'individual', name: 'Leelamma Thomas', email: null, phone: '+919446012345', language: 'ml' },
  ...{ address: 'Kumily, Idukki 685509', identity: null, source: { question: 'person', answer: 'india' } },
};

/** A person of another country. */
export const DAVID: OfflineWish['donor'] = {
  ...{ kind: 'individual', name: 'David Miller', email: 'david@people.example', phone: null, language: 'en' },
  ...{ address: '12 Hill Street, Leeds', identity: { kind: 'passport', number: 'AB1234567' } },
  source: { question: 'person', answer: 'foreign' },
};

export const FINANCE = 'finance@kssm.example';

/** Enters a gift as finance does: cash of ₹500 of Leelamma’s today, unless said. @returns its id */
export const enter = (ground: Ground, wish: Partial<OfflineWish> = {}): Promise<string> =>
  recordOffline(
    ground,
    {
      ...{ formKey: randomUUID(), kind: 'cash', amount: 50_000n, fund: null, donor: LEELAMMA, details: {} },
      ...{ mailsReceipt: false, knownDonor: null, replaces: null, bankLine: null },
      ...{ day: indianDay(ground.clock.now()), ...wish },
    },
    FINANCE,
  );

/** Nothing in the books contradicts anything else. */
export async function expectSound(ground: Ground): Promise<void> {
  await sealJournals(ground);
  expect(await verifyLedger(ground)).toMatchObject({
    unbalanced: 0,
    chain: 'ok',
    unsealed: 0,
    totals_match: true,
  });
}
