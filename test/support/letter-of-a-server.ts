/** A letter as a server writes it, and what it says. */
export interface Letter {
  program: string;
  head: readonly string[];
  body: readonly string[];
  expected: readonly (readonly [address: string, reason: string])[];
  kind?: string;
}
