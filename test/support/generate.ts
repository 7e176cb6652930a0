import fc from 'fast-check';

/** As much of JSON Schema as the API's document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  example?: unknown;
}

/** What stands in the database, so that a request sometimes meets something. */
export interface Known {
  ids: string[];
  runs: number[];
  texts: Record<string, unknown[]>;
}

/** Values that a schema allows; `name` is the field's, for which the database may know some. */
export function valid(schema: Schema, known: Known, name = ''): fc.Arbitrary<unknown> {
  const { enum: values, const: value, oneOf, anyOf, example } = schema;
  if (values) return fc.constantFrom(...values);
  if (value !== undefined) return fc.constant(value);
  const choices = oneOf ?? anyOf;
  if (choices) return fc.oneof(...choices.map((one) => valid(one, known, name)));
  const types = [schema.type ?? 'object'].flat();
  const made = fc.oneof(...types.map((type) => ofType(type, schema, known, name)));
  const hints = [...(known.texts[name] ?? []), ...(example === undefined ? [] : [example])];
  return hints.length ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...hints) }, made) : made;
}

function ofType(type: string, schema: Schema, known: Known, name: string): fc.Arbitrary<unknown> {
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return text(schema, known);
  if (type === 'integer' || type === 'number') {
    const whole = fc.integer({
      min: Math.ceil(Math.max(schema.minimum ?? 0, -(2 ** 31))),
      max: Math.min(schema.maximum ?? 2 ** 31 - 1, 2 ** 31 - 1),
    });
    return name === 'run' ? fc.oneof(fc.constantFrom(...known.runs), whole) : whole;
  }
  if (type === 'array') {
    const { items = {}, minItems = 0, maxItems = 3 } = schema;
    return fc.array(valid(items, known, name), {
      minLength: minItems,
      maxLength: Math.min(maxItems, minItems + 3),
    });
  }
  return object(schema, known);
}

function object(
  { properties, required = [], additionalProperties }: Schema,
  known: Known,
): fc.Arbitrary<unknown> {
  if (!properties) {
    const inner =
      typeof additionalProperties === 'object' ? valid(additionalProperties, known) : fc.jsonValue();
    return fc.dictionary(fc.constantFrom('en', 'ml', 'all', 'ward_no', 'language'), inner, { maxKeys: 2 });
  }
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, valid(one, known, name)]),
  );
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
}

function text(
  { format, pattern, minLength = 0, maxLength = 60 }: Schema,
  known: Known,
): fc.Arbitrary<string> {
  if (format === 'uuid')
    return known.ids.length ? fc.oneof(fc.constantFrom(...known.ids), fc.uuid()) : fc.uuid();
  if (format === 'date-time') {
    const span = { min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true };
    return fc.date(span).map((date) => date.toISOString());
  }
  if (format === 'uri') return fc.webUrl();
  if (format === 'email') return fc.emailAddress();
  const lengths = { minLength, maxLength: Math.min(maxLength, minLength + 60) };
  const any = fc.string({ ...lengths, unit: 'grapheme' });
  if (!pattern) return any;
  const regex = new RegExp(pattern, 'u');
  const fits = (one: string) => regex.test(one) && one.length <= maxLength && one.trim().length >= minLength;
  return pattern === '^[^\\r\\n\\t]*$'
    ? any.filter(fits)
    : fc.stringMatching(new RegExp(pattern)).filter(fits);
}

/** Values that hardly any schema allows, and that have broken programs. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '',
      ' ',
      '\0',
      'a\0b',
      '\ud800',
      '\u202e',
      "'; DROP TABLE contact; --",
      '../../etc/passwd',
      '{{name}}',
    ],
    ...['x'.repeat(10_000), '1e309', 'NaN', '-1', '9'.repeat(40), '2026-02-30T00:00:00Z', '%', '\r\nX: y'],
    ...[null, true, -1, 0.5, 2 ** 53, 1e300, [], {}, [[[[[]]]]], { __proto__: 1 }, { a: { b: { c: null } } }],
  ),
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Spoils one place of a value: another value, a field too many, or one that is gone. */
export const spoilt = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return odd;
  const keys = Object.keys(value);
  const at = keys.length ? fc.constantFrom(...keys) : fc.constant('name');
  return fc.tuple(at, odd, fc.constantFrom('replace', 'add', 'drop')).map(([key, other, how]) => {
    const copy: Record<string, unknown> = { ...value };
    if (how === 'drop') delete copy[key];
    else copy[how === 'add' ? `${key}_` : key] = other;
    return copy;
  });
};
