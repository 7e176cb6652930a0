import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addCommands, firstWords } from '../../scripts/commands/index.ts';

const whole = new Command();
await addCommands(whole);

it('knows the first word of every command', () => {
  expect(whole.commands.map((one) => one.name()).sort()).toEqual([...firstWords].sort());
});

it.each(firstWords)('loads all of %s and little else', async (word) => {
  const part = new Command();
  await addCommands(part, word);
  expect(helpsOf(part, word)).toEqual(helpsOf(whole, word));
  expect(part.commands.length).toBeLessThan(4);
});

it('says in the help of every command that it answers in JSON', () => {
  const leaves = (one: Command): Command[] => (one.commands.length ? one.commands.flatMap(leaves) : [one]);
  const silent = leaves(whole).filter((one) => !one.helpInformation().includes('--json'));
  expect(silent.map((one) => `${one.parent?.name()} ${one.name()}`)).toEqual([]);
});

/** What a command and each below it says of itself. */
function helpsOf(program: Command, word: string): string[] {
  const tell = (one: Command): string[] => [one.helpInformation(), ...one.commands.flatMap(tell)];
  return program.commands.filter((one) => one.name() === word).flatMap(tell);
}
