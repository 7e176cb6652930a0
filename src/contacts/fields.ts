/** Stand in until merged. */
export function mergeValues(row: {
  name: string;
  language: string | null;
  kind: string;
  district: string | null;
  attributes: Record<string, unknown>;
}): Record<string, string> {
  const { name, language, kind, district, attributes } = row;
  return {
    ...(attributes as Record<string, string>),
    name,
    first_name: name.split(' ')[0] ?? '',
    language: language ?? '',
    kind,
    district: district ?? '',
  };
}
