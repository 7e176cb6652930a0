/** What stands in a sentence: a name or a figure as it is, or words that are said in the reader's language. */
export type Value = string | number | bigint | Sentence;

/** A sentence for a person: English where nothing else is asked for, and whatever a catalogue makes of its key. */
export class Sentence {
  /** The English with `{0}`, `{1}` … for the values; its key in templates/locales/refusals. */
  readonly key: string;
  readonly values: readonly Value[];

  constructor(key: string, values: readonly Value[]) {
    this.key = key;
    this.values = values;
  }

  toString(): string {
    return fill(this.key, this.values.map(String));
  }
}

/** say`There is no list "${name}".` A value may be a sentence itself. */
export const say = (parts: TemplateStringsArray, ...values: Value[]): Sentence =>
  new Sentence(keyOf(parts), values);

/** Several sentences as one, which has no words of its own. */
export const joined = (sentences: readonly Value[], between: string): Sentence =>
  new Sentence(sentences.map((_, i) => `{${i}}`).join(between), sentences);

/** What came as English text, from a schema, a library or the database: a catalogue may find it again. */
export const kept = (text = ''): Sentence => new Sentence(text, []);

/** The key of a sentence whose words are `parts`, with a value between each two. */
export const keyOf = (parts: readonly string[]): string =>
  parts.map((part, i) => (i ? `{${i - 1}}${part}` : part)).join('');

/** Values in their places; what a value holds is not looked at again. */
export const fill = (key: string, values: readonly string[]): string =>
  key.replace(/\{(\d+)\}/g, (hole, i: string) => values[Number(i)] ?? hole);
