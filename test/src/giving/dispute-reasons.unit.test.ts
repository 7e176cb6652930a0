import { expect, it } from 'vitest';
import { disputeReasonOf, disputeReasons } from '../../../src/giving/dispute-reasons.ts';
import { translate } from '../../../src/i18n.ts';

it.each([
  ['goods_or_services_not_received_or_partially_received', 'not_received'],
  ['non_matching_account_number', 'wrong_account'],
  ['processed_invalid_expired_card', 'card_over'],
  ['credit_not_processed', 'not_paid_back'],
  ['Credit not processed for cancelled or returned goods and services', 'not_paid_back'],
  ['duplicate_processing', 'twice'],
  ['paid_by_other_means', 'twice'],
  ['cancelled_recurring_transaction', 'stopped'],
  ['other_fraud_card_absent_environment', 'not_authorised'],
  ['no_cardholder_authorization', 'not_authorised'],
  ['not_as_described_or_defective_merchandise_services', 'not_as_said'],
  ['incorrect_transaction_amount', 'wrong_amount'],
  ['late_presentment', 'late'],
  ['declined_authorization', 'not_approved'],
  ['retrieval_request', 'papers'],
])('tells why by the code %s', (code, reason) => {
  expect(disputeReasonOf(code)).toBe(reason);
});

it('guesses nothing from a code without words, and says so', () => {
  for (const code of ['', 'chargeback', '4853', 'constructor']) expect(disputeReasonOf(code)).toBe('other');
});

it('has words for every reason in both languages', () => {
  for (const reason of disputeReasons) {
    const [en, ml] = (['en', 'ml'] as const).map((lng) => translate(lng, `disputes.reason.${reason}`));
    expect(en).not.toContain('disputes.');
    expect(ml).toMatch(/[\u0D00-\u0D7F]/);
  }
});
