import type { CommandFile } from '../lib/cli.ts';
import { contactCommands } from './contacts.ts';
import { suppressionCommands } from './suppressions.ts';

/** Every file of commands, in the order in which `--help` lists them. */
export const commandFiles: CommandFile[] = [contactCommands, suppressionCommands];
