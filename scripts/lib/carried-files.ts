import path from 'node:path';
import type { Command } from 'commander';
import type { User } from '../../src/access/users.ts';
import type { FileWish } from '../../src/campaigns/files.ts';
import type { Ground } from '../../src/ground.ts';
import type { TextOptions } from './campaign-options.ts';
import { addFile } from './media-files.ts';

/** Options about what a message carries besides its text. */
export function addFileOptions(command: Command): Command {
  return command
    .option('--attach <file...>', 'attach files; one of the same name is replaced')
    .option('--inline <file...>', 'pictures that the text shows as cid:NAME')
    .option('--remove-file <name...>', 'take files away');
}

type FileGround = Pick<Ground, 'sql' | 'config'>;

interface Written {
  contents?: Record<string, { body?: string | undefined }> | undefined;
}

/**
 * Adds what a message carries and what its bodies show from this computer to the media library.
 * @returns the plan with its files, and with `asset:ID` in its bodies where they said `file:PATH`
 */
export async function withFiles<Plan extends Written>(
  ground: FileGround,
  { plan, options, user }: { plan: Plan; options: TextOptions; user: User },
): Promise<Plan & { files?: FileWish }> {
  for (const [tag, written] of Object.entries(plan.contents ?? {})) {
    const file = String(options[`body${tag[0]?.toUpperCase()}${tag.slice(1)}`] ?? options.file ?? '');
    if (written.body === undefined) continue;
    written.body = await withUploads(ground, { body: written.body, folder: path.dirname(file), user });
  }
  const files = await readWish(ground, options, user);
  return { ...plan, ...(files && { files }) };
}

async function readWish(ground: FileGround, options: TextOptions, user: User): Promise<FileWish | undefined> {
  const { attach, inline, removeFile } = options as Record<string, string[] | undefined>;
  if (!attach && !inline && !removeFile) return undefined;
  const ids = async (files: string[] = []) => {
    const added: string[] = [];
    for (const file of files) added.push((await addFile(ground, { file, user })).asset.id);
    return added;
  };
  return { attach: await ids(attach), inline: await ids(inline), remove: removeFile };
}

const LOCAL = /("src"\s*:\s*"|\bsrc\s*=\s*")file:([^"]+)"/g;

/** Paths are read from the body's own folder. */
async function withUploads(
  ground: FileGround,
  { body, folder, user }: { body: string; folder: string; user: User },
): Promise<string> {
  const ids = new Map<string, string>();
  for (const [, , file = ''] of body.matchAll(LOCAL)) {
    if (ids.has(file)) continue;
    const { asset } = await addFile(ground, { file: path.resolve(folder, file), user });
    ids.set(file, asset.id);
  }
  return body.replace(LOCAL, (_, before: string, file: string) => `${before}asset:${ids.get(file)}"`);
}
