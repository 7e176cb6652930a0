/** Why a payer's bank questions a payment, as far as words of ours go. */
export const disputeReasons = [
  ...(['not_received', 'not_as_said', 'not_paid_back', 'twice', 'stopped', 'not_authorised'] as const),
  ...(['wrong_amount', 'wrong_account', 'card_over', 'not_approved', 'late', 'papers', 'other'] as const),
];
export type DisputeReason = (typeof disputeReasons)[number];

/**
 * A gateway's code is the card network's or UPI's name of the reason with low lines between its words
 * (`goods_or_services_not_received_or_partially_received`), and each network names the same thing otherwise.
 * So they are told by their words; the first line that fits counts.
 * https://razorpay.com/docs/payments/disputes/submit-evidence lists them by network.
 */
const SIGNS: readonly (readonly [RegExp, DisputeReason])[] = [
  [/credit_not_processed|refund|credit_not_presented|^1061$/, 'not_paid_back'],
  [/not_(received|provided|rendered)|non_?(receipt|delivery)|not_delivered|^1064$/, 'not_received'],
  [/duplicate|multiple_processing|(paid|payment)_(by|through)_(other|alternate)|^1062$/, 'twice'],
  [/recurring|subscription|cancel/, 'stopped'],
  [
    /fraud|counterfeit_(card|transaction)|unauthori[sz]ed|no_cardholder_auth|not_recogni[sz]e/,
    'not_authorised',
  ],
  [/not_as_described|defective|misrepresent|counterfeit|does_not_match|^1063$/, 'not_as_said'],
  [/account_number/, 'wrong_account'],
  [/expired|invalid_card|card_recovery|warning_bulletin/, 'card_over'],
  [/amount|currency|^1065$/, 'wrong_amount'],
  [/late_presentment/, 'late'],
  [/authori[sz]ation|declined/, 'not_approved'],
  [/retrieval|request_for|information|documentation|transaction_receipt|copy/, 'papers'],
];

/** What a gateway's reason code means; `other` for one that tells nothing. */
export function disputeReasonOf(code: string): DisputeReason {
  const words = code
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  return SIGNS.find(([sign]) => sign.test(words))?.[1] ?? 'other';
}
