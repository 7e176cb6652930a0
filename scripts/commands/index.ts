import type { CommandFile } from '../lib/cli.ts';
import { account } from './account.ts';
import { campaign } from './campaign.ts';
import { hold } from './hold.ts';
import { user } from './user.ts';
import { work } from './work.ts';

/** Every file of commands, in the order in which `--help` lists them. */
export const commandFiles: CommandFile[] = [work, account, user, campaign, hold];
