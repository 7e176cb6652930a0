import type { Response } from 'express';
import { Refusal } from '../../../errors.ts';
import type { Language } from '../../../i18n.ts';
import { readDesk } from '../../../pages/desk.ts';
import { previewOf } from '../../../pages/published.ts';
import { say } from '../../../say.ts';
import { showProject } from '../../projects/page.ts';
import type { Handler } from '../../web.ts';
import { asked } from '../contacts/reading.ts';
import { readLongForm } from '../messages/posted.ts';
import { contentOf } from './contents.ts';
import { readPage } from './posted.ts';
import { projectIdOf } from './words.ts';
import { lists, type PageWriting } from './writing.ts';

/** A project's page as it is kept, or one of its versions, as everybody would see it. */
export const showPreview: Handler = (web) => async (req, res) => {
  const { project } = await readDesk(web.ground, projectIdOf(req));
  const version = Number(asked(req, 'version')) || project.version;
  const shown = await previewOf(web.ground.sql, { id: project.id, version }, web.ground.clock.now());
  inFrame(res);
  await showProject(web, { req, res, project: shown, language: languageOf(asked(req, 'language')) });
};

/** What is typed and not kept, in the same way; what is not finished in it is left out. */
export const postPreview: Handler = (web) => async (req, res) => {
  const form = readLongForm(req);
  const { project } = await readDesk(web.ground, projectIdOf(req));
  const { content } = contentOf(finishedOf(readPage(form)));
  if (!content) throw new Refusal(say`This cannot be shown yet. Look at what is to be mended.`);
  const kept = { id: project.id, version: project.version };
  const shown = await previewOf(web.ground.sql, kept, web.ground.clock.now());
  const { amount, capped } = content.goal;
  const goal = { ...shown.goal, capped, amount: amount === null ? null : BigInt(amount) };
  inFrame(res);
  const language = languageOf(form.text('language'));
  await showProject(web, { req, res, project: { ...shown, content, goal }, language });
};

const languageOf = (text: string): Language => (text === 'ml' ? 'ml' : 'en');

/** It runs nothing, sends nothing, and stands only in a frame of ours; its styles are ours too. */
function inFrame(res: Response): void {
  const policy = [
    ...["default-src 'none'", "style-src 'self'", "img-src 'self' data:", "form-action 'none'"],
    ...["base-uri 'none'", "frame-ancestors 'self'", 'sandbox allow-same-origin'],
  ];
  res.set('Content-Security-Policy', policy.join('; '));
}

/** What is typed, without what will not do. */
function finishedOf(writing: PageWriting): PageWriting {
  const wrong = [...contentOf(writing).faults.keys()];
  const fine = (prefix: string) => !wrong.some((name) => name === prefix || name.startsWith(`${prefix}.`));
  const rows = writing.letter.rows.map(({ key, cells }) => ({
    key,
    cells: Object.fromEntries(Object.entries(cells).filter(([language]) => fine(`${key}.${language}`))),
  }));
  const lines = lists.map(
    (name) => [name, writing.lists[name].filter((_, i) => fine(`${name}.${i}`))] as const,
  );
  return {
    ...writing,
    letter: { ...writing.letter, rows },
    cover: fine('cover') ? writing.cover : '',
    goal: fine('goal') ? writing.goal : { ...writing.goal, kind: 'none', until: '' },
    lists: Object.fromEntries(lines) as PageWriting['lists'],
  };
}
