import Handlebars from 'handlebars';
import type { Lookup, SlotNode } from './slots.ts';

export type Values = Record<string, unknown>;

/**
 * The value at a lookup's path. Own properties only, as Handlebars does, so that `{{constructor}}`
 * finds nothing. With `default`, what is missing or blank gives way to the other words.
 */
export function lookUp(values: Values, lookup: Lookup): unknown {
  let value: unknown = values;
  for (const part of lookup.path) {
    if (value === null || value === undefined) break;
    value = Object.hasOwn(value, part) ? (value as Values)[part] : undefined;
  }
  if (lookup.otherwise === null || !isBlank(value)) return value;
  return typeof lookup.otherwise === 'string' ? lookup.otherwise : lookUp(values, lookup.otherwise);
}

/** What the helper `default` counts as missing. */
export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

/** What `{{#if}}` counts as true: Handlebars' rule, where 0, '' and an empty list are false. */
export const holds = (value: unknown): boolean =>
  Boolean(value) && !(Array.isArray(value) && value.length === 0);

/** A value as text, as Handlebars prints it: nothing for null and undefined. */
export const asText = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value);

/** A value as text inside HTML, `& < > " ' \` =` escaped as Handlebars escapes them. */
export const asHtml = (value: unknown): string => Handlebars.escapeExpression(asText(value));

/** Fills a parsed template. `print` is `asText` or `asHtml`. */
export function fillSlots(
  nodes: readonly SlotNode[],
  values: Values,
  print: (value: unknown) => string,
): string {
  let out = '';
  for (const node of nodes) {
    if (typeof node === 'string') out += node;
    else if ('path' in node) out += print(lookUp(values, node));
    else out += fillSlots(holds(lookUp(values, node.test)) ? node.yes : node.no, values, print);
  }
  return out;
}
