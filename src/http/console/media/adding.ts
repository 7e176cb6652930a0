import type { Request, Response } from 'express';
import { Refusal } from '../../../errors.ts';
import { addFile } from '../../../media/add.ts';
import type { Description } from '../../../media/assets.ts';
import { VIDEO_MOST_BYTES } from '../../../media/videos.ts';
import { type ReceivedFile, receiveForm } from '../../multipart.ts';
import type { Web } from '../../web.ts';
import { userOf } from '../messages/editor.ts';
import { readingOf } from '../shell.ts';
import { readSaid, type Said } from './said.ts';

/** As long as a video may be; of what is none the library takes less. */
const LONGEST = VIDEO_MOST_BYTES;
const MOST_FILES = 20;
const WHOLE = 600 * 1024 * 1024;

/** What became of one file. */
export interface Result {
  name: string;
  /** Its page, where the library has it now. */
  href: string | null;
  known: boolean;
  /** Why it was refused. */
  refused: string | null;
}

export interface Adding {
  said: Said;
  results: Result[];
}

/**
 * Adds the files of a form, each by itself: what one is refused for does not touch the others. Credit and
 * consent are said of all; what is seen on it only of one that comes alone.
 * @param heard is told what was typed as soon as it is known
 * @throws Refusal (413) for a form that is too long as a whole
 */
export async function addFiles(
  web: Web,
  { req, res }: { req: Request; res: Response },
  heard: (said: Said) => void,
): Promise<Adding> {
  const form = await receiveForm(req, res, { longest: LONGEST, most: MOST_FILES, whole: WHOLE });
  const { said, description } = readSaid(form, {});
  heard(said);
  const { alt: _, ...ofAll } = description;
  const results: Result[] = [];
  for (const file of form.files)
    results.push(
      await addOne(web, { req, res, file, description: form.files.length > 1 ? ofAll : description }),
    );
  return { said, results };
}

interface One {
  req: Request;
  res: Response;
  file: ReceivedFile;
  description: Description;
}

async function addOne(web: Web, { req, res, file, description }: One): Promise<Result> {
  const refusedFor = (refused: string) => ({ name: file.name, href: null, known: false, refused });
  if (file.tooLong) return refusedFor(readingOf(req, res).t('media.fault.size'));
  try {
    const wish = { name: file.name, path: file.path, ...description };
    const { asset, known } = await addFile(web.ground, wish, userOf(res));
    return { name: file.name, href: `/console/media/${asset.id}`, known, refused: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusedFor(readingOf(req, res).said(error));
  }
}
