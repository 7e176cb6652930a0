import type { Request } from 'express';
import { type BrowseFilter, districts } from '../../../contacts/browse.ts';
import { type ContactKind, contactKinds } from '../../../contacts/contacts.ts';
import { allLists } from '../../../contacts/lists.ts';
import { type Language, languageName, type MessageKey } from '../../../i18n.ts';
import { NAMED, readLanguage } from '../../../languages.ts';
import type { Web } from '../../web.ts';
import { valueName } from '../segments/words.ts';
import type { Reading } from '../shell.ts';

const MOST_TYPED = 200;

/** A parameter of the address as one line; empty when it is not there. */
export function asked(req: Pick<Request, 'query'>, name: string): string {
  const value = req.query[name];
  return typeof value === 'string' ? value.replaceAll('\0', '').trim().slice(0, MOST_TYPED) : '';
}

/** Id of one of ours in an address, or undefined for anything else. */
export function askedId(req: Pick<Request, 'query'>, name: string): string | undefined {
  const value = asked(req, name);
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value : undefined;
}

/** The address of a page with these parameters, without those that are empty. */
export function addressOf(path: string, params: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  return query.size ? `${path}?${query}` : path;
}

export const isKind = (text: string): text is ContactKind => contactKinds.some((kind) => kind === text);
export const isLanguage = (text: string): boolean => text !== '' && readLanguage(text) === text;

/** The filter that stands in the address; words that mean nothing do not count. */
export function filterIn(req: Pick<Request, 'query'>): BrowseFilter {
  const [language, kind] = [asked(req, 'language'), asked(req, 'kind')];
  return {
    list: asked(req, 'list') || undefined,
    language: isLanguage(language) ? language : undefined,
    kind: isKind(kind) ? kind : undefined,
    district: asked(req, 'district') || undefined,
  };
}

export interface Option {
  value: string;
  text: string;
  selected: boolean;
}

/** Choices for a select; `none` is what the empty one says. */
export function optionsOf(
  all: readonly { value: string; text: string }[],
  chosen: string | null | undefined,
  none?: string,
): Option[] {
  const first = none === undefined ? [] : [{ value: '', text: none }];
  return [...first, ...all].map((one) => ({ ...one, selected: one.value === (chosen ?? '') }));
}

type Say = Reading['t'];

export const kindChoices = (t: Say) =>
  contactKinds.map((kind) => ({ value: kind, text: t(`contacts.kind.${kind}` as MessageKey) }));
/** @param known what is said already, which stays to be chosen whatever it is */
export const languageChoices = (language: Language, known: string | undefined) =>
  [...new Set([...NAMED, ...(known ? [known] : [])])].map((tag) => ({
    ...{ value: tag, text: languageName(tag, language) },
  }));

/** What stands in the selects above a table of contacts. */
export async function filterChoices({ ground }: Web, filter: BrowseFilter, { t, language }: Reading) {
  const [lists, places] = await Promise.all([allLists(ground.sql), districts(ground.sql)]);
  const named = (names: string[], nameOf = (name: string) => name) =>
    names.map((name) => ({ value: name, text: nameOf(name) }));
  const all = t('console.all');
  return {
    lists: optionsOf(named(lists.map(({ name }) => name)), filter.list, all),
    languages: optionsOf(languageChoices(language, filter.language), filter.language, all),
    kinds: optionsOf(kindChoices(t), filter.kind, all),
    districts: optionsOf(
      named(places, (place) => valueName('district', place, language)),
      filter.district,
      all,
    ),
  };
}
