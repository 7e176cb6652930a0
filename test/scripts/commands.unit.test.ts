import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addCommands, firstTwoWords, firstWords } from '../../scripts/commands/index.ts';

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

it.each(firstTwoWords)('loads %s %s without the rest of its word', async (word, second) => {
  const part = new Command();
  await addCommands(part, word, second);
  const [group] = part.commands;
  const entire = whole.commands.find((one) => one.name() === word);
  expect(part.commands).toHaveLength(1);
  expect(group?.description()).toBe(entire?.description());
  const helpIn = (one?: Command) => one?.commands.find((each) => each.name() === second)?.helpInformation();
  expect(helpIn(group)).toBe(helpIn(entire));
  expect(helpIn(group)).toContain(`${word} ${second}`);
});

it('loads every command of a word that can be loaded in parts', () => {
  for (const word of new Set(firstTwoWords.map(([first]) => first))) {
    const entire = whole.commands.find((one) => one.name() === word);
    const listed = firstTwoWords.filter(([first]) => first === word).map(([, second]) => second);
    expect(entire?.commands.map((one) => one.name())).toEqual(listed);
  }
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
