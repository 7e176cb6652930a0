import type { Request, Response } from 'express';
import { editMessage } from '../../../campaigns/campaigns.ts';
import { checkCompiled, checkDraft, type Note, notesOf } from '../../../campaigns/check/draft.ts';
import { type Draft, openDraft } from '../../../campaigns/drafts.ts';
import type { Revised } from '../../../campaigns/messages.ts';
import { isPhoneChannel } from '../../../deliveries/phone/accounts.ts';
import { found, Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { showConflict } from './conflict.ts';
import { legacyFields, operate, rowOf } from './operations.ts';
import { readLongForm, readWriting } from './posted.ts';
import { crumbsOf, tabsOf } from './tabs.ts';
import { type Editing, editorView } from './view.ts';
import { contentsOf, type Settings, type Writing, writingOf } from './writing.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The message of an address. @throws Refusal (404) for what is no id */
export function messageIdOf(req: Request): string {
  const id = String(req.params.id);
  return found(UUID.test(id) ? id.toLowerCase() : null, say`There is no message ${JSON.stringify(id)}.`);
}

/** The editor with what is kept. */
export const showEditor: Handler = (web) => async (req, res) => {
  const draft = await openDraft(web.ground, messageIdOf(req));
  // Its words are a registered template, and are put into it elsewhere.
  if (isPhoneChannel(draft.message.channel))
    return leadOn(res, `/console/phone-messages/${draft.message.id}`);
  if (draft.message.channel === 'post') return leadOn(res, `/console/posts/${draft.message.id}`);
  const language = draft.contents.find((one) => one.language === readingOf(req, res).language)?.language;
  const look = { language: language ?? draft.contents[0]?.language ?? 'en', theme: 'light', as: '' } as const;
  const writing = writingOf(draft, look);
  const notes = draft.contents.flatMap((content) => checkCompiled(content, draft.files));
  await showWriting(web, { req, res, draft, writing, notes, saved: true });
};

/** Takes the editor's form: keeps it, or does what one of its buttons says and shows it again. */
export const postEditor: Handler = (web) => async (req, res) => {
  const form = readLongForm(req);
  const draft = await openDraft(web.ground, messageIdOf(req));
  const writing = readWriting(form);
  const operation = form.text('op');
  const page = { req, res, draft, writing };
  if (operation === 'save') return save(web, { ...page, sure: form.text('sure') === 'yes' });
  if (operation === 'check')
    return showWriting(web, { ...page, notes: await lookOver(web, page), warnLegacy: true });
  await showWriting(web, {
    ...page,
    writing: operate(writing, operation),
    notes: null,
    to: rowOf(operation),
  });
};

interface Saving {
  req: Request;
  res: Response;
  draft: Draft;
  writing: Writing;
  /** Whether texts that look like an old font are kept as they are. */
  sure: boolean;
}

async function save(web: Web, saving: Saving): Promise<void> {
  const { req, res, draft, writing, sure } = saving;
  const faults = faultsOf(writing, readingOf(req, res).t);
  if (!writing.sides.length) throw new Refusal(say`The form was empty. Open the message again.`);
  if (writing.revision !== draft.message.revision) return showConflict(web, saving);
  if (Object.keys(faults).length) return showWriting(web, { ...saving, notes: null, faults, status: 422 });
  if (!sure && legacyFields(writing).size)
    return showWriting(web, { ...saving, notes: null, warnLegacy: true, status: 422 });
  await orAgain(
    async () => {
      const edit = { ...editOf(writing.settings), contents: contentsOf(writing, draft.contents) };
      const place = { messageId: draft.message.id, user: userOf(res), revision: writing.revision };
      const revised = await editMessage(web.ground, place, edit);
      leadOn(res, `/console/messages/${draft.message.id}`, doneWith(revised));
    },
    (refusal) => refused(web, saving, refusal),
  );
}

/** Who edits, as the domain knows them. */
export const userOf = (res: Response) => ({ ...staffOf(res).user, disabledAt: null });

/** What is said after an edit. */
export function doneWith({ changed, withdrawn, takenBack }: Revised): string {
  if (!changed) return 'message-unchanged';
  return withdrawn || takenBack.length ? 'message-withdrawn' : 'message-saved';
}

const editOf = ({ name, from, replyTo, purpose }: Settings) => ({
  ...{ name, from, purpose, replyTo: replyTo.trim() || null },
});

/** Somebody else may have been faster by a moment; otherwise what was typed is at fault. */
async function refused(web: Web, saving: Saving, refusal: Refusal): Promise<void> {
  const draft = await openDraft(web.ground, saving.draft.message.id);
  if (draft.message.revision !== saving.writing.revision) return showConflict(web, { ...saving, draft });
  const found = await lookOver(web, saving);
  const notes = found.some(({ level }) => level === 'error') ? found : [...notesOf(refusal, ''), ...found];
  await showWriting(web, { ...saving, notes, status: 422 });
}

const lookOver = (web: Web, { draft, writing }: Pick<Saving, 'draft' | 'writing'>): Promise<Note[]> =>
  checkDraft(web.ground, contentsOf(writing, draft.contents), draft.files);

function faultsOf(
  { settings }: Writing,
  t: ReturnType<typeof readingOf>['t'],
): NonNullable<Editing['faults']> {
  const { name, from, replyTo, purpose } = settings;
  const address = /^[^\s@<>]+@[^\s@<>]+$/;
  return {
    ...(!name.trim() && { name: t('editor.fault.name') }),
    ...(!/^[^<>]*[^<>\s][^<>]*<\s*[^\s@<>]+@[^\s@<>]+\s*>\s*$/.test(from) && {
      from: t('editor.fault.from'),
    }),
    ...(replyTo.trim() && !address.test(replyTo.trim()) && { replyTo: t('editor.fault.address') }),
    ...(!purpose.trim() && { purpose: t('editor.fault.purpose') }),
  };
}

interface Showing extends Pick<Saving, 'req' | 'res' | 'draft' | 'writing'> {
  notes: Note[] | null;
  faults?: Editing['faults'];
  warnLegacy?: boolean;
  status?: number;
  /** Whether it is what is kept. */
  saved?: boolean;
  /** The row that was worked on. */
  to?: string;
}

/** Shows the editor with what is typed. */
export async function showWriting(web: Web, showing: Showing): Promise<void> {
  const { req, res, draft, status = 200, saved = false, notes } = showing;
  const reading = readingOf(req, res);
  const { message, campaign, approval, lastEdit, newsletter } = draft;
  const writable = web.allows(staffOf(res).user.roles, 'post', '/console/messages/:id');
  const view = await editorView(web.ground, { ...showing, reading, faults: showing.faults ?? {} });
  const refusedNow = status === 422;
  const data = {
    ...view,
    ...{ id: message.id, version: message.version, approval, lastEdit, newsletter, writable, saved },
    ...{
      tabs: tabsOf({ web, req, res }, message, 'write'),
      refused: refusedNow,
      path: `/console/messages/${message.id}`,
    },
    errors: (notes ?? []).filter(({ level }) => level === 'error').length,
    justSaved: /^message-(saved|withdrawn|unchanged)$/.test(String(req.query.done ?? '')),
  };
  await showConsole(web, {
    ...{ req, res, name: 'message', title: message.name, data, status },
    crumbs: crumbsOf(reading, campaign),
    ...{ styles: ['console-editor.css'], scripts: ['sortable.js', 'writing.js', 'editor.js'] },
  });
}
