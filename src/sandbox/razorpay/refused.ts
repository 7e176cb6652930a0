/** A refusal in the vendor's own form (razorpay.com/docs/errors). */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly error: Record<string, unknown>;

  constructor(description: string, { status = 400, field = '', metadata = {} } = {}) {
    super(description);
    this.status = status;
    const known = { source: 'business', step: 'payment_initiation', reason: 'input_validation_failed' };
    this.error = { code: 'BAD_REQUEST_ERROR', description, ...known, metadata, ...(field && { field }) };
  }
}

/** Of what has no source: keys, addresses, conflicts. */
export function refusedBare(description: string, status = 400): Refused {
  const refused = new Refused(description, { status });
  Object.assign(refused.error, { source: 'NA', step: 'NA', reason: 'NA' });
  return refused;
}

export const missing = (): Refused => new Refused('The id provided does not exist');
