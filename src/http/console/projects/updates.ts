import type { Request, Response } from 'express';
import { formatAmount } from '../../../i18n.ts';
import { readDesk } from '../../../pages/desk.ts';
import { mayStep } from '../../../pages/states.ts';
import {
  changeUpdate,
  findUpdate,
  listUpdates,
  publishUpdate,
  type Update,
  writeUpdate,
} from '../../../pages/updates.ts';
import { APPROVERS, hasRole, staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { type LongForm, readLongForm } from '../messages/posted.ts';
import { userOf } from '../newsletters/deeds.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { tabsOf } from './tabs.ts';
import { PROJECTS, projectIdOf, STYLES, titleOf } from './words.ts';

/** News of a project: what waits to be published, and what was told. */
export const showUpdates: Handler = (web) => (req, res) => show(web, { req, res });

async function show(web: Web, { req, res, refused }: { req: Request; res: Response; refused?: string }) {
  const reading = readingOf(req, res);
  const { project, followers } = await readDesk(web.ground, projectIdOf(req));
  const staff = staffOf(res);
  const path = `${PROJECTS}/${project.id}/updates`;
  const mayWrite = hasRole(staff, WRITERS);
  const data = {
    ...{ path, followers, refused: refused ?? null, tabs: tabsOf({ web, req, res }, project.id, 'updates') },
    ...{
      mayWrite,
      open: project.published !== null,
      mayReport: mayWrite && mayStep(project.state, 'report'),
    },
    rows: (await listUpdates(web.ground, project.id)).map((update) => ({
      ...rowOf(update, reading.language),
      kind: reading.t(`desk.update.${update.content.kind}`),
      mayChange: mayWrite && !update.publishedAt,
      own: update.madeBy === staff.user.email,
      mayPublish: hasRole(staff, APPROVERS) && !update.publishedAt && update.madeBy !== staff.user.email,
    })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'project-updates', title: titleOf(project, reading.language), data, styles: STYLES },
    ...{ status: refused ? 422 : 200, crumbs: [{ href: PROJECTS, text: reading.t('nav.projects') }] },
  });
}

function rowOf(
  { id, content, madeBy, madeAt, publishedAt, mailedAt, mailed }: Update,
  language: 'en' | 'ml',
) {
  const { title, text } = content[language].title
    ? content[language]
    : content[language === 'en' ? 'ml' : 'en'];
  return {
    ...{ id, heading: title, text: text.slice(0, 300), madeBy, madeAt, publishedAt, mailedAt, mailed },
  };
}

const NOTHING = {
  kind: 'news',
  'en.title': '',
  'en.text': '',
  'ml.title': '',
  'ml.text': '',
  asset: '',
  milestone: '',
  files: '',
};
type Typed = typeof NOTHING;
const FIELDS = Object.keys(NOTHING) as (keyof Typed)[];

/** Asks for an update, or shows one to change it. */
export const beginUpdate: Handler = (web) => (req, res) => {
  const kind = req.query.kind === 'report' ? 'report' : 'news';
  return showForm(web, { req, res, typed: { ...NOTHING, kind } });
};

export const editUpdate: Handler = (web) => async (req, res) => {
  const { content } = await findUpdate(web.ground, {
    projectId: projectIdOf(req),
    id: String(req.params.update),
  });
  const { kind, en, ml, asset, milestone, files } = content;
  const typed = {
    ...{ kind, 'en.title': en.title, 'en.text': en.text, 'ml.title': ml.title, 'ml.text': ml.text },
    ...{
      asset: asset ? `asset:${asset}` : '',
      milestone: milestone ?? '',
      files: files.map((id) => `asset:${id}`).join('\n'),
    },
  };
  await showForm(web, { req, res, typed });
};

const readTyped = (form: LongForm): Typed =>
  Object.fromEntries(FIELDS.map((name) => [name, form.text(name).trim()])) as Typed;

export const saveUpdate: Handler = (web) => async (req, res) => {
  const projectId = projectIdOf(req);
  const typed = readTyped(readLongForm(req));
  const { content, faults } = contentOf(typed, readingOf(req, res).t);
  if (Object.keys(faults).length) return showForm(web, { req, res, typed, faults });
  const user = userOf(res);
  const id = req.params.update ? String(req.params.update) : null;
  await orAgain(
    async () => {
      if (id) await changeUpdate(web.ground, { projectId, id, content }, user);
      else await writeUpdate(web.ground, { projectId, content }, user);
      leadOn(res, `${PROJECTS}/${projectId}/updates`, 'update-saved');
    },
    (refusal) => showForm(web, { req, res, typed, faults: { top: readingOf(req, res).said(refusal) } }),
  );
};

const ASSET = /^asset:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const idOf = (text: string) => ASSET.exec(text)?.[1]?.toLowerCase() ?? null;

function contentOf(typed: Typed, t: ReturnType<typeof readingOf>['t']) {
  const told = (tag: 'en' | 'ml') => ({ title: typed[`${tag}.title`], text: typed[`${tag}.text`] });
  const files = typed.files.split(/\s+/).filter(Boolean);
  const long = (tag: 'en' | 'ml') => told(tag).title.length > 160 || told(tag).text.length > 8000;
  const faults = {
    ...(!typed['en.title'] && !typed['ml.title'] && { 'en.title': t('desk.fault.empty') }),
    ...(long('en') && { 'en.title': t('desk.fault.long') }),
    ...(long('ml') && { 'ml.title': t('desk.fault.long') }),
    ...(typed.asset && !idOf(typed.asset) && { asset: t('desk.fault.picture') }),
    ...((files.length > 10 || !files.every(idOf)) && { files: t('desk.fault.files') }),
  };
  const content = {
    ...{ kind: typed.kind === 'report' ? 'report' : 'news', en: told('en'), ml: told('ml') },
    ...{
      asset: idOf(typed.asset),
      milestone: typed.milestone || null,
      files: files.flatMap((one) => idOf(one) ?? []),
    },
  };
  return { content, faults };
}

interface Form {
  req: Request;
  res: Response;
  typed: Typed;
  faults?: Partial<Record<keyof Typed | 'top', string>>;
}

const NO_FAULTS = {
  'en.title': null,
  'en.text': null,
  'ml.title': null,
  'ml.text': null,
  asset: null,
  files: null,
  top: null,
};

async function showForm(web: Web, { req, res, typed, faults = {} }: Form): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const { project, content } = await readDesk(web.ground, projectIdOf(req));
  const path = `${PROJECTS}/${project.id}/updates`;
  const all = { ...NO_FAULTS, ...faults };
  const data = {
    ...{ typed, faults: all, refused: all.top, report: typed.kind === 'report' },
    action: req.params.update ? `${path}/${String(req.params.update)}` : path,
    sides: (['en', 'ml'] as const).map((tag) => ({
      ...{ tag, titleName: `${tag}.title`, textName: `${tag}.text` },
      ...{ title: typed[`${tag}.title`], text: typed[`${tag}.text`], fault: all[`${tag}.title`] },
    })),
    milestones: [{ value: '', text: t('desk.update.no-milestone'), selected: !typed.milestone }].concat(
      content.milestones.map(({ amount, words }) => ({
        ...{
          value: amount,
          text: `${formatAmount(BigInt(amount))} · ${words[reading.language] || words.en || words.ml}`,
        },
        selected: amount === typed.milestone,
      })),
    ),
  };
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'project-update',
      data,
      styles: STYLES,
      status: Object.keys(faults).length ? 422 : 200,
    },
    title: t(typed.kind === 'report' ? 'desk.update.new-report' : 'desk.update.new'),
    crumbs: [
      { href: PROJECTS, text: t('nav.projects') },
      { href: path, text: titleOf(project, reading.language) },
    ],
  });
}

/** Shows it to the public, and has it mailed. */
export const publish: Handler = (web) => async (req, res) => {
  const projectId = projectIdOf(req);
  await orAgain(
    async () => {
      await publishUpdate(web.ground, { projectId, id: String(req.params.update) }, userOf(res));
      leadOn(res, `${PROJECTS}/${projectId}/updates`, 'update-published');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return show(web, { req, res, refused: readingOf(req, res).said(refusal) });
    },
  );
};
