/** Every field with so many letters of a language, where nobody in particular is meant. */
export function sampleValues(fields: string[], language: string, length: number): Record<string, string> {
  const word = (language === 'ml' ? 'അ' : 'a').repeat(length);
  return Object.fromEntries(fields.map((field) => [field, word]));
}
