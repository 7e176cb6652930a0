import type { Request, Response } from 'express';
import type { Desk } from '../../../pages/desk.ts';
import type { Web } from '../../web.ts';
import { readLongForm } from '../messages/posted.ts';
import { readingOf, showConsole } from '../shell.ts';
import { contentOf } from './contents.ts';
import { differencesBetween } from './differences.ts';
import { PROJECTS, STYLES, titleOf } from './words.ts';
import type { PageWriting } from './writing.ts';

interface Meeting {
  req: Request;
  res: Response;
  /** As somebody else has left it. */
  desk: Desk;
  writing: PageWriting;
}

/** Says that somebody else was faster, what they changed, and lets take over either; nothing typed is lost. */
export async function showConflict(web: Web, { req, res, desk, writing }: Meeting): Promise<void> {
  const reading = readingOf(req, res);
  const { project, content, editedBy, editedAt } = desk;
  const mine = contentOf(writing).content;
  const typed = readLongForm(req)
    .entries()
    .filter(({ name }) => !['op', 'revision', 'sure'].includes(name));
  const path = `${PROJECTS}/${project.id}/page`;
  const data = {
    ...{ id: project.id, path, revision: project.version, lastEdit: { by: editedBy, at: editedAt } },
    fields: typed.map(({ name, value }) => ({ name, value })),
    ...(mine ? differencesBetween(content, mine, reading) : { languages: [], settings: [] }),
    unread: !mine,
  };
  const title = titleOf(project, reading.language);
  await showConsole(web, {
    ...{ req, res, name: 'project-conflict', title: reading.t('conflict.title'), data, status: 409 },
    crumbs: [
      { href: PROJECTS, text: reading.t('nav.projects') },
      { href: path, text: title },
    ],
    ...{ styles: STYLES, scripts: ['writing.js'] },
  });
}
