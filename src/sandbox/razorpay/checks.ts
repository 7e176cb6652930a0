import type { Notes } from './entities.ts';
import { Refused } from './refused.ts';

export type Fields = Record<string, unknown>;

/** What a request may hold; the vendor refuses anything more by name. */
export function only(body: unknown, ...names: string[]): Fields {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw new Refused('The request body is invalid.');
  const extra = Object.keys(body).filter((name) => !names.includes(name));
  if (extra.length) throw new Refused(`${extra.join(', ')} is/are not required and should not be sent`);
  return body as Fields;
}

/** A sum of paise of one rupee or more. */
export function amountOf(fields: Fields, name = 'amount', least = 100): number {
  const value = fields[name];
  const words = name.replaceAll('_', ' ');
  if (value === undefined || value === null || value === '') {
    throw new Refused(`The ${words} field is required.`, { field: name });
  }
  // The vendor takes digits in a text as well; its own package sends them so.
  const amount = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount)) {
    throw new Refused(`The ${words} must be an integer.`, { field: name });
  }
  if (amount < least) throw new Refused('The amount must be at least INR 1.00', { field: name });
  if (amount > 50_000_000_00) throw new Refused('Amount exceeds maximum amount allowed.', { field: name });
  return amount;
}

export function currencyOf({ currency }: Fields): string {
  if (currency === undefined) throw new Refused('The currency field is required.', { field: 'currency' });
  if (currency !== 'INR') throw new Refused('Currency is not supported', { field: 'currency' });
  return currency;
}

export function textOf(fields: Fields, name: string, longest: number): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new Refused(`The ${name} must be a string.`, { field: name });
  if (value.length > longest) {
    throw new Refused(`The ${name} may not be greater than ${longest} characters.`, { field: name });
  }
  return value;
}

/** Fifteen of 256 characters; none is told as a list, as the vendor does. */
export function notesOf({ notes }: Fields): Notes {
  if (notes === undefined || notes === null || Array.isArray(notes)) return [];
  if (typeof notes !== 'object') throw new Refused('The notes must be an array.', { field: 'notes' });
  const entries = Object.entries(notes).map(([name, value]) => [name, String(value)] as const);
  if (entries.length > 15) throw new Refused('Number of fields in notes should be less than or equal to 15');
  if (entries.some((entry) => entry.some((word) => word.length > 256))) {
    throw new Refused('Notes values cannot be greater than 256 characters', { field: 'notes' });
  }
  return entries.length ? Object.fromEntries(entries) : [];
}

export function choiceOf<T extends string>(fields: Fields, name: string, choices: readonly T[]): T {
  const value = choices.find((choice) => choice === fields[name]);
  if (!value) throw new Refused(`The selected ${name} is invalid.`, { field: name });
  return value;
}

export function countOf(
  query: Fields,
  name: string,
  { most, otherwise }: { most: number; otherwise: number },
) {
  const value = query[name];
  if (value === undefined) return otherwise;
  const count = Number(value);
  const least = name === 'count' ? 1 : 0;
  if (!Number.isInteger(count)) throw new Refused(`The ${name} must be an integer.`, { field: name });
  if (count < least) throw new Refused(`The ${name} must be at least ${least}.`, { field: name });
  if (count > most) throw new Refused(`The ${name} may not be greater than ${most}.`, { field: name });
  return count;
}
