import type { FailureKind, FailureReason } from '../failure.ts';

interface Meaning {
  kind: FailureKind;
  reason: FailureReason;
}

const all = (codes: number[], kind: FailureKind, reason: FailureReason): [number, Meaning][] =>
  codes.map((code) => [code, { kind, reason }]);

/** Cloud API, "Error codes": what each means for whoever sends. `unknown` is a fault of theirs. */
const MEANINGS = new Map<number, Meaning>([
  ...all([0, 190], 'unauthorised', 'token'),
  ...all([3, 10, 33, 131005, 133010], 'unauthorised', 'permission'),
  ...all([368, 131031, 130497], 'unauthorised', 'account'),
  ...all([131042], 'throttled', 'spent'),
  ...all([4, 80007, 130429, 131048, 131057, 133016], 'throttled', 'slow-down'),
  ...all([131056], 'throttled', 'too-often'),
  ...all([1, 2, 131000, 131016, 133004], 'unknown', 'vendor-fault'),
  ...all([131050], 'permanent', 'recipient'),
  ...all([131049], 'permanent', 'marketing-cap'),
  ...all([130472, 131021, 131026, 131047, 131030], 'permanent', 'undeliverable'),
  ...all([100, 131008, 131009, 131051, 132018], 'permanent', 'content'),
  ...all([131052, 131053], 'permanent', 'media'),
]);

/** @param code Meta's; 2xx is a permission that was not given or taken back, 132xxx the template's */
export function failureOf(code: number): Meaning {
  const known = MEANINGS.get(code);
  if (known) return known;
  if (code >= 200 && code <= 299) return { kind: 'unauthorised', reason: 'permission' };
  if (code >= 132000 && code <= 132999) return { kind: 'permanent', reason: 'template' };
  return { kind: 'permanent', reason: 'content' };
}
