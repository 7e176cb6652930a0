import type { Sentence } from './say.ts';

/**
 * A request that is refused with a sentence a person can act on: what happened, to which thing, what
 * to do next. Everything else that is thrown is a fault of ours.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** HTTP status that says the same: 400 bad input, 403 not allowed, 404 no such thing, 409 wrong moment. */
  readonly status: number;
  /** What `message` says in English; src/sentences.ts says it in other languages. */
  readonly sentence: Sentence | string;

  /** @param sentence said by say`…`, or a text that is for programs and administrators only */
  constructor(sentence: Sentence | string, status = 400) {
    super(String(sentence));
    this.sentence = sentence;
    this.status = status;
  }
}

/** @throws Refusal (404) when nothing was found */
export function found<T>(value: T | null | undefined, sentence: Sentence | string): T {
  if (value === null || value === undefined) throw new Refusal(sentence, 404);
  return value;
}
