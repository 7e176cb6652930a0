/**
 * The language in which somebody gets a run, as an SQL expression: their own; its shorter names, `ml` for
 * `ml-IN` (RFC 4647 section 3.4); another kind of the same language; and else the fallback. Few differ
 * from what is written, so only these are looked up.
 * @param own the column; `written` the array of languages with a text, preferred first; `fallback` one of them
 */
export const languageOf = (
  own: string,
  { written, fallback }: { written: string; fallback: string },
): string => `
CASE WHEN ${own} = ANY (${written}::text[]) THEN ${own} WHEN ${own} IS NULL THEN ${fallback} ELSE coalesce((
  SELECT tag FROM unnest(${written}::text[]) WITH ORDINALITY AS w (tag, nth)
   WHERE split_part(lower(tag), '-', 1) = split_part(lower(${own}), '-', 1)
   ORDER BY CASE WHEN starts_with(lower(${own}) || '-', lower(tag) || '-') THEN length(tag) ELSE 0 END DESC, nth
   LIMIT 1), ${fallback}) END`;

/** The languages with a text, those that are fallen back on first. */
export const writtenIn = ({ contents, fallback }: { contents: object; fallback: string[] }): string[] => [
  ...new Set([...fallback, ...Object.keys(contents)]),
];
