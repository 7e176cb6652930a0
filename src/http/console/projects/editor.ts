import type { Request, Response } from 'express';
import { listConsents } from '../../../pages/consents.ts';
import { type Desk, readDesk } from '../../../pages/desk.ts';
import { hindrancesOf } from '../../../pages/hindrances.ts';
import { saveProject } from '../../../pages/projects.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { legacyFields, operate } from '../messages/operations.ts';
import { readLongForm } from '../messages/posted.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { showConflict } from './conflict.ts';
import { contentOf, type Faults } from './contents.ts';
import { findingsOf } from './findings.ts';
import { sumOf } from './money-view.ts';
import { readPage } from './posted.ts';
import { tabsOf } from './tabs.ts';
import { editorView } from './view.ts';
import { PROJECTS, projectIdOf, STYLES, titleOf } from './words.ts';
import { type PageWriting, writingOf } from './writing.ts';

/** The editor with what is kept. */
export const showEditor: Handler = (web) => async (req, res) => {
  const desk = await readDesk(web.ground, projectIdOf(req));
  const look = { language: readingOf(req, res).language, theme: 'light', as: '' } as const;
  const writing = writingOf(desk.content, desk.project.version, look);
  await showWriting(web, { req, res, desk, writing, saved: true });
};

/** Takes the editor's form: keeps it, or does what one of its buttons says and shows it again. */
export const postEditor: Handler = (web) => async (req, res) => {
  const form = readLongForm(req);
  const desk = await readDesk(web.ground, projectIdOf(req));
  const writing = readPage(form);
  const operation = form.text('op');
  const page = { req, res, desk, writing };
  if (operation === 'save') return save(web, { ...page, sure: form.text('sure') === 'yes' });
  if (operation === 'check')
    return showWriting(web, { ...page, faults: contentOf(writing).faults, warnLegacy: true });
  const letter = operate(writing.letter, operation);
  await showWriting(web, { ...page, writing: { ...writing, letter }, unseen: true });
};

interface Saving {
  req: Request;
  res: Response;
  desk: Desk;
  writing: PageWriting;
  /** Whether texts that look like an old font are kept as they are. */
  sure: boolean;
}

async function save(web: Web, saving: Saving): Promise<void> {
  const { req, res, desk, writing, sure } = saving;
  if (writing.letter.revision !== desk.project.version) return showConflict(web, saving);
  const { content, faults } = contentOf(writing);
  if (!content) return showWriting(web, { ...saving, faults, status: 422 });
  if (!sure && legacyFields(writing.letter).size)
    return showWriting(web, { ...saving, warnLegacy: true, status: 422 });
  const { id } = desk.project;
  await orAgain(
    async () => {
      const wish = { id, expected: writing.letter.revision, content };
      await saveProject(web.ground, wish, staffOf(res).user.email);
      leadOn(res, `${PROJECTS}/${id}/page`, 'project-saved');
    },
    async (refusal) => {
      const now = await readDesk(web.ground, id);
      if (now.project.version !== writing.letter.revision) return showConflict(web, { ...saving, desk: now });
      await showWriting(web, { ...saving, refused: readingOf(req, res).said(refusal), status: 422 });
    },
  );
}

interface Showing extends Pick<Saving, 'req' | 'res' | 'desk' | 'writing'> {
  faults?: Faults;
  warnLegacy?: boolean;
  status?: number;
  /** Whether it is what is kept. */
  saved?: boolean;
  /** Whether nobody has looked over what is typed. */
  unseen?: boolean;
  refused?: string;
}

async function showWriting(web: Web, showing: Showing): Promise<void> {
  const { req, res, desk, writing, status = 200, saved = false, unseen = false } = showing;
  const reading = readingOf(req, res);
  const faults = showing.faults ?? new Map();
  const whole = contentOf(writing).content;
  const hindrances = whole ? await hindrancesOf(web.ground.sql, whole) : [];
  const findings = unseen ? null : findingsOf({ faults, hindrances, writing }, reading);
  const consents = (await listConsents(web.ground)).filter(
    ({ id, withdrawnAt }) => !withdrawnAt || writing.consents.includes(id),
  );
  const around = { writing, faults, findings, consents, reading, warnLegacy: showing.warnLegacy ?? false };
  const path = `${PROJECTS}/${desk.project.id}/page`;
  const data = {
    ...(await editorView(web.ground, around)),
    ...{
      id: desk.project.id,
      path,
      saved,
      sum: sumOf(writing),
      refused: showing.refused ?? null,
      wrong: status === 422,
    },
    ...{ version: desk.project.version, editedBy: desk.editedBy, editedAt: desk.editedAt },
    writable: mayEdit(web, res, desk),
    tabs: tabsOf({ web, req, res }, desk.project.id, 'page'),
    justSaved: String(req.query.done ?? '') === 'project-saved',
  };
  await showConsole(web, {
    ...{ req, res, name: 'project-page', title: titleOf(desk.project, reading.language), data, status },
    crumbs: [{ href: PROJECTS, text: reading.t('nav.projects') }],
    ...{ styles: STYLES, scripts: ['sortable.js', 'writing.js', 'editor.js'] },
  });
}

/** What a project that ended says stays as it is. */
const mayEdit = (web: Web, res: Response, { project: { state } }: Desk): boolean =>
  state !== 'closed' &&
  state !== 'reported' &&
  web.allows(staffOf(res).user.roles, 'post', `${PROJECTS}/:id/page`);
