import type { CommandFile } from '../lib/cli.ts';
import { account } from './account.ts';
import { hold } from './hold.ts';
import { work } from './work.ts';

/** Every file of commands, in the order in which `--help` lists them. */
export const commandFiles: CommandFile[] = [work, account, hold];
