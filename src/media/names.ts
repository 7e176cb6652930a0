import { Refusal } from '../errors.ts';
import { say } from '../say.ts';

const LONGEST = 120;
/** Controls, and marks that turn the direction of reading: `invoice‮fdp.exe` would look like a PDF. */
const UNSEEN = /[\p{Cc}\p{Co}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** A file's name as it may stand in a mail or an address: without folders and unseen marks. */
export function fileName(given: string): string {
  const bare = given
    .normalize('NFC')
    .replace(UNSEEN, '')
    .replace(/^.*[/\\]/, '')
    .replace(/[<>:"|?*;]/g, '-')
    .trim();
  const name = bare.replace(/^\.+/, '').trim();
  if (!name) throw new Refusal(say`${JSON.stringify(given)} is no name of a file. Give it one.`);
  if ([...name].length <= LONGEST) return name;
  const ending = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0] ?? '';
  return [...name].slice(0, LONGEST - ending.length).join('') + ending;
}

/** Words about a picture by language, such as `{ml: '…', en: '…'}`. */
export type Alt = Record<string, string>;

/** @throws Refusal for words that cannot stand in a mail */
export function requireAlt(alt: Alt): Alt {
  const all = Object.entries(alt).map(([language, words]) => [language, requireWords(words, language)]);
  return Object.fromEntries(all);
}

function requireWords(given: string, language: string): string {
  const words = given.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (!words)
    throw new Refusal(say`The description in ${language} is empty. Say what is seen on the picture.`);
  if (words.length > 300)
    throw new Refusal(say`The description in ${language} has ${words.length} characters; 300 are the most.`);
  if (/[{}\p{Cc}]/u.test(words))
    throw new Refusal(say`The description in ${language} may not hold { } or control characters.`);
  return words;
}
