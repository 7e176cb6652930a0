import type { CommandFile } from '../lib/cli.ts';
import { work } from './work.ts';

/** Every file of commands, in the order in which `--help` lists them. */
export const commandFiles: CommandFile[] = [work];
