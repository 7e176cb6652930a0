/** Every field with so many letters of a language, where nobody in particular is meant. */
export function sampleValues(fields: string[], language: string, length: number): Record<string, string> {
  const word = (language === 'ml' ? 'അ' : 'a').repeat(length);
  return Object.fromEntries(fields.map((field) => [field, word]));
}

/** As long as most names are. */
const KNOWN: Record<string, Record<string, string>> = {
  en: { name: 'Anjali R', first_name: 'Anjali', district: 'Kollam', language: 'en', ward_no: '12' },
  ml: { name: 'അഞ്ജലി ആർ', first_name: 'അഞ്ജലി', district: 'കൊല്ലം', language: 'ml', ward_no: '12' },
};

/** Every field as it may read; one that no words are known for shows its name. */
export function readableSamples(fields: string[], language: string): Record<string, string> {
  const known = KNOWN[language] ?? KNOWN.en;
  return Object.fromEntries(fields.map((field) => [field, known?.[field] ?? field.slice(0, 10)]));
}
