import type { Command } from 'commander';

/** A command that another file added already, to add to it. @throws Error when it was not added before */
export function commandNamed(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`The command ${name} must be added before its parts.`);
  return found;
}
