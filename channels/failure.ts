/** Kinds into which every vendor's failure is translated; nothing inside knows more of it. */
export type FailureKind = 'retryable' | 'throttled' | 'unauthorised' | 'permanent' | 'unknown';

/** What is the matter, for the catalogues. */
export type FailureReason =
  | 'no-answer' // nothing came back, or nothing that can be read
  | 'vendor-fault'
  | 'slow-down'
  | 'token' // expired or revoked: connect again
  | 'permission' // the page or the right to it was lost
  | 'account' // blocked, suspended or deleted
  | 'spent' // the vendor's allowance or our credit is used up
  | 'duplicate' // they say it is there already
  | 'content' // refused as it stands
  | 'media'
  | 'template'
  | 'recipient' // does not take our messages
  | 'undeliverable' // not to this reader, or not now; nothing says for good
  | 'too-often' // too many to this reader in a short while
  | 'closed' // outside the hours in which such messages may go
  | 'marketing-cap' // the reader has had enough for now, from everybody
  | 'retired'
  | 'missing';

/** A call that came to nothing, or to nobody knows what. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  /** For `throttled`: not before. */
  readonly until: Date | null;
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** The vendor's own code; never its words about a person. */
  readonly code: string;

  constructor(
    kind: FailureKind,
    reason: FailureReason,
    { until = null, status = 0, code = '' }: { until?: Date | null; status?: number; code?: string } = {},
  ) {
    super([`${kind}: ${reason}`, status && `status ${status}`, code].filter(Boolean).join(', '));
    this.kind = kind;
    this.reason = reason;
    this.until = until;
    this.status = status;
    this.code = code;
  }
}
