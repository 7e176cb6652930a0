/** What tells of a person, wherever it stands in a body of the vendor's. */
const PERSONAL = new Set([
  ...['email', 'contact', 'vpa', 'iin', 'customer', 'customer_details', 'customer_name', 'payer_name'],
  ...['bank_account', 'billing_address', 'shipping_address', 'account_number', 'tax_invoice', 'token_id'],
  ...['issuer', 'customer_contact', 'customer_email', 'upi'],
]);
/** A body of the vendor's is four deep; what lies deeper is of no use to anybody. */
const DEEPEST = 12;

/**
 * A webhook's body as it may be stored: without names, addresses, numbers and UPI ids. It is no longer what
 * was signed, so it is kept after it was checked.
 *
 * @returns an empty buffer for what is no JSON
 */
export function redact(raw: Buffer): Buffer {
  try {
    const body: unknown = JSON.parse(raw.toString('utf8'));
    return Buffer.from(JSON.stringify(without(body, '', 0)) ?? '');
  } catch {
    return Buffer.alloc(0);
  }
}

function without(value: unknown, parent: string, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return null;
  if (Array.isArray(value)) return value.map((one) => without(one, parent, depth + 1));
  const kept: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value))
    if (!isPersonal(name, parent)) kept[name] = without(one, name, depth + 1);
  return kept;
}

/** A card's `name` is its holder's; that of a code is ours. */
const isPersonal = (name: string, parent: string): boolean =>
  PERSONAL.has(name) || name === '__proto__' || (name === 'name' && parent === 'card');
