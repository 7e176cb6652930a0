import type { Command } from 'commander';
import { Refusal } from '../../src/errors.ts';
import { LANGUAGES, readBody } from './campaign-options.ts';

type Options = Record<string, string | boolean | string[] | undefined>;

/** Adds the options that say what a newsletter is called, in each language. */
export function addWordOptions(command: Command): Command {
  for (const [tag, name] of Object.entries(LANGUAGES)) {
    command
      .option(`--title-${tag} <text>`, `its name in ${name}`)
      .option(`--description-${tag} <text>`, `what it is about, in ${name}`);
  }
  return command;
}

/** Reads them by language; Malayalam first, for readers of any language that it is not written in. */
export const readWordOptions = (options: Options) => byLanguage(options, ['title', 'description']);

/** Adds the options that say what an item tells, in each language. */
export function addItemOptions(command: Command): Command {
  for (const [tag, name] of Object.entries(LANGUAGES)) {
    command
      .option(`--title-${tag} <text>`, `its title in ${name}`)
      .option(`--text-${tag} <text>`, `what it tells in ${name}; an empty line begins a paragraph`)
      .option(`--file-${tag} <file>`, `the same from a file`)
      .option(`--alt-${tag} <text>`, `what is seen on the picture, in ${name}`);
  }
  return command;
}

export async function readItemOptions(options: Options) {
  const given = byLanguage(options, ['title', 'text', 'file', 'alt']);
  const words: Record<string, Record<string, string>> = {};
  for (const [tag, { file, ...rest }] of Object.entries(given)) {
    words[tag] = file === undefined ? rest : { ...rest, text: await readBody(file) };
  }
  return words;
}

/** Numbers with commas between them. */
export function readNumbers(text = ''): number[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  const wrong = parts.find((part) => !/^\d{1,6}$/.test(part));
  if (wrong !== undefined) throw new Refusal(`${JSON.stringify(wrong)} is no number.`);
  return parts.map(Number);
}

function byLanguage(options: Options, parts: string[]): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const tag of ['ml', ...Object.keys(LANGUAGES).filter((one) => one !== 'ml')]) {
    const name = `${tag[0]?.toUpperCase()}${tag.slice(1)}`;
    const given = parts.map((part) => [part, options[part + name]] as const);
    const said = given.filter((one): one is [string, string] => typeof one[1] === 'string');
    if (said.length) found[tag] = Object.fromEntries(said);
  }
  return found;
}
