import type { Request, Response } from 'express';
import { editMessage } from '../../../campaigns/campaigns.ts';
import { openDraft } from '../../../campaigns/drafts.ts';
import type { FileWish } from '../../../campaigns/files.ts';
import { listAssets } from '../../../media/assets.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { doneWith, messageIdOf, userOf } from './editor.ts';
import { crumbsOf, tabsOf } from './tabs.ts';

/** What a message carries. */
export const showFiles: Handler = (web) => (req, res) => show(web, { req, res });

/** Attaches a file of the library, or takes one away; both make a new version. */
export const postFiles: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const [add, remove, revision] = [form.text('add'), form.text('remove'), Number(form.text('revision'))];
  const carried = form.text('how') === 'inline' ? { inline: [add] } : { attach: [add] };
  const files: FileWish = remove ? { remove: [remove] } : add ? carried : {};
  return orAgain(
    async () => {
      const messageId = messageIdOf(req);
      const revised = await editMessage(web.ground, { messageId, user: userOf(res), revision }, { files });
      leadOn(res, `/console/messages/${messageId}/files`, doneWith(revised));
    },
    (refusal) => show(web, { req, res, error: readingOf(req, res).said(refusal) }),
  );
};

async function show(web: Web, { req, res, error }: { req: Request; res: Response; error?: string }) {
  const reading = readingOf(req, res);
  const { message, campaign, files, approval } = await openDraft(web.ground, messageIdOf(req));
  const library = await listAssets(web.ground);
  const data = {
    ...{
      tabs: tabsOf({ web, req, res }, message, 'files'),
      path: `/console/messages/${message.id}/files`,
    },
    ...{ error: error ?? null, approval, revision: message.revision },
    mayEdit: web.allows(staffOf(res).user.roles, 'post', '/console/messages/:id/files'),
    files: files.map(({ name, inline, bytes, mime }) => ({
      ...{ name, mime, inline, size: Math.max(1, Math.round(bytes / 1024)) },
    })),
    options: library.map(({ id, name }) => ({ value: id, text: name, selected: false })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'message-files', title: message.name, data, status: error ? 422 : 200 },
    ...{ crumbs: crumbsOf(reading, campaign), styles: ['console-editor.css'] },
  });
}
