import { addUser } from '../../src/access/users.ts';
import { indianDay } from '../../src/giving/calendar.ts';
import { type OfflineWish, recordOffline } from '../../src/giving/offline/record.ts';
import type { Ground } from '../../src/ground.ts';

const DAY_MS = 86_400_000;
/** Who looks after the money of the demonstration. */
export const FINANCE = 'biju@wecare.example';

/** Somebody of finance, and what they entered by hand: cash that was counted, and a cheque that waits for the bank. */
export async function plantFinance(ground: Ground): Promise<void> {
  const finance = await addUser(
    ground,
    { email: FINANCE, name: 'Biju', roles: ['finance'] },
    'demonstration',
  );
  const day = indianDay(new Date(ground.clock.now().getTime() - DAY_MS));
  const cheque = { number: '104233', bank: 'Bank of the District, Kollam', dated: day };
  const gifts: Partial<OfflineWish>[] = [
    { kind: 'cash', amount: 150_050n },
    { kind: 'cheque', amount: 2_500_000n, details: cheque },
  ];
  for (const [n, gift] of gifts.entries())
    await recordOffline(
      ground,
      { ...usual, ...gift, day, formKey: `demonstration.hand.${n}` },
      finance.email,
    );
}

const usual: Omit<OfflineWish, 'day' | 'formKey'> = {
  ...{ kind: 'cash', amount: 0n, fund: null, details: {}, mailsReceipt: false },
  ...{ knownDonor: null, replaces: null, bankLine: null },
  donor: {
    ...{ kind: 'individual', name: 'ലീലാമ്മ തോമസ്', email: null, phone: null, language: 'ml' },
    ...{ address: 'Kumily, Idukki 685509', identity: null, source: { question: 'person', answer: 'india' } },
  },
};
