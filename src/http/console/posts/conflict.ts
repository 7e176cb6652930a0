import { differencesOf } from '../../../campaigns/differences.ts';
import type { Web } from '../../web.ts';
import { differenceViews } from '../messages/conflict.ts';
import { readLongForm } from '../messages/posted.ts';
import { crumbsOf } from '../messages/tabs.ts';
import { readingOf, showConsole } from '../shell.ts';
import type { Writing } from './editor.ts';
import { documentsOf } from './posting.ts';

/** Says that somebody else was faster, what they changed, and lets take over either; nothing typed is lost. */
export async function showPostConflict(
  web: Web,
  { req, res, posting, campaign, kept }: Writing & { kept: NonNullable<Writing['kept']> },
): Promise<void> {
  const reading = readingOf(req, res);
  const { post, draft } = kept;
  const mine = Object.entries(documentsOf(posting, post.documents)).map(([language, document]) => ({
    ...{ language, subject: '', preheader: '', body: JSON.stringify(document) },
  }));
  const typed = readLongForm(req)
    .entries()
    .filter(({ name }) => !['op', 'revision'].includes(name));
  const renamed = post.name !== posting.name.trim();
  const data = {
    ...{ id: post.id, lastEdit: draft.lastEdit, path: `/console/posts/${post.id}`, revision: post.revision },
    fields: typed.map(({ name, value }) => ({ name, value })),
    languages: differenceViews(differencesOf(draft.contents, mine), reading),
    settings: renamed ? [{ place: reading.t('editor.name'), kept: post.name, typed: posting.name }] : [],
  };
  await showConsole(web, {
    ...{ req, res, name: 'message-conflict', title: reading.t('conflict.title'), data, status: 409 },
    crumbs: [...crumbsOf(reading, campaign), { href: `/console/posts/${post.id}`, text: post.name }],
    ...{ styles: ['console-editor.css'], scripts: ['writing.js'] },
  });
}
