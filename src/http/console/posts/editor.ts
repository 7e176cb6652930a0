import type { Request, Response } from 'express';
import { type Draft, openDraft } from '../../../campaigns/drafts.ts';
import { addPost, editPost, openPost, type Post } from '../../../campaigns/posts/posts.ts';
import { findCampaign } from '../../../campaigns/status.ts';
import type { Refusal } from '../../../errors.ts';
import { inAskedLanguage } from '../../../reader.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { doneWith, messageIdOf, userOf } from '../messages/editor.ts';
import { crumbsOf, tabsOf } from '../messages/tabs.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { showPostConflict } from './conflict.ts';
import { lookOf } from './look.ts';
import { documentsOf, emptyPosting, operate, type Posting, postingOf, readPosting } from './posting.ts';
import { type Faults, faultsOf, formView } from './view.ts';

export interface Writing {
  req: Request;
  res: Response;
  posting: Posting;
  campaign: { id: string; name: string };
  /** What is kept; null for a new one. */
  kept: { post: Post; draft: Draft } | null;
}

/** The composer of a campaign's new post. */
export const showNew: Handler = (web) => async (req, res) => {
  const campaign = await findCampaign(web.ground, String(req.params.id));
  await show(web, { req, res, campaign, kept: null, posting: emptyPosting(), saved: true });
};

/** Makes the post, or does what another button of the form says. */
export const postNew: Handler = (web) => async (req, res) => {
  const campaign = await findCampaign(web.ground, String(req.params.id));
  const { posting, operation } = readPosting(req);
  const writing = { req, res, campaign, kept: null, posting };
  if (operation !== 'save') return show(web, { ...writing, posting: operate(posting, operation) });
  await save(web, writing, async () => {
    const plan = { name: posting.name, contents: documentsOf(posting), accounts: posting.targets };
    const id = await addPost(web.ground, { campaignId: campaign.id, user: userOf(res) }, plan);
    leadOn(res, inAskedLanguage(req, `/console/posts/${id}`), 'message-made');
  });
};

/** The composer with what is kept. */
export const showPost: Handler = (web) => async (req, res) => {
  const kept = await keptOf(web, req);
  const { campaign } = kept.draft;
  await show(web, { req, res, campaign, kept, posting: postingOf(kept.post), saved: true });
};

/** Keeps an edit; one who was faster is told of, with what they changed. */
export const postPost: Handler = (web) => async (req, res) => {
  const kept = await keptOf(web, req);
  const { posting, operation } = readPosting(req);
  const writing = { req, res, campaign: kept.draft.campaign, kept, posting };
  if (operation !== 'save') return show(web, { ...writing, posting: operate(posting, operation) });
  const { post } = kept;
  if (posting.revision !== post.revision) return showPostConflict(web, { ...writing, kept });
  await save(web, writing, async () => {
    const edit = {
      name: posting.name,
      contents: documentsOf(posting, post.documents),
      accounts: posting.targets,
    };
    const place = { messageId: post.id, user: userOf(res), revision: posting.revision };
    const revised = await editPost(web.ground, place, edit);
    leadOn(res, inAskedLanguage(req, `/console/posts/${post.id}`), doneWith(revised));
  });
};

async function keptOf(web: Web, req: Request): Promise<{ post: Post; draft: Draft }> {
  const id = messageIdOf(req);
  return { post: await openPost(web.ground, id), draft: await openDraft(web.ground, id) };
}

async function save(web: Web, writing: Writing, work: () => Promise<void>): Promise<void> {
  const faults = faultsOf(writing.posting, readingOf(writing.req, writing.res).t);
  if (Object.keys(faults).length) return show(web, { ...writing, faults, status: 422 });
  await orAgain(work, (refusal) => refused(web, writing, refusal));
}

/** Somebody else may have been faster by a moment; otherwise what was typed is at fault. */
async function refused(web: Web, writing: Writing, refusal: Refusal): Promise<void> {
  const { kept, posting, req } = writing;
  if (kept) {
    const now = await keptOf(web, req);
    if (now.post.revision !== posting.revision) return showPostConflict(web, { ...writing, kept: now });
  }
  const status = refusal.status === 400 ? 422 : refusal.status;
  await show(web, { ...writing, error: readingOf(req, writing.res).said(refusal), status });
}

interface Showing extends Writing {
  faults?: Faults;
  error?: string;
  status?: number;
  /** Whether it is what is kept. */
  saved?: boolean;
}

async function show(web: Web, showing: Showing): Promise<void> {
  const { req, res, posting, campaign, kept, faults = {}, error, status = 200, saved = false } = showing;
  const reading = readingOf(req, res);
  const writable = web.allows(staffOf(res).user.roles, 'post', '/console/posts/:id');
  const draft = kept?.draft ?? null;
  const data = {
    ...(await formView(web, reading, posting, faults)),
    ...{ refused: error ?? null, writable, saved, wrong: Object.keys(faults).length > 0 },
    path: inAskedLanguage(
      req,
      kept ? `/console/posts/${kept.post.id}` : `/console/campaigns/${campaign.id}/posts/new`,
    ),
    look: await lookOf(web, reading, posting, kept?.post.documents),
    ...{
      approval: draft?.approval ?? null,
      lastEdit: draft?.lastEdit ?? null,
      version: kept?.post.version ?? 0,
    },
    writing: kept?.post.id ?? newIn(campaign.id),
    began: newIn(campaign.id),
    justSaved: /^message-(made|saved|withdrawn|unchanged)$/.test(String(req.query.done ?? '')),
    plan: kept ? `/console/messages/${kept.post.id}/plan` : null,
    tabs: kept ? tabsOf({ web, req, res }, { id: kept.post.id, channel: 'post' }, 'write') : null,
  };
  await showConsole(web, {
    ...{ req, res, name: 'post', title: kept?.post.name ?? reading.t('posts.new'), data, status },
    crumbs: crumbsOf(reading, campaign),
    ...{ styles: ['console-editor.css', 'console-posts.css'], scripts: ['writing.js'] },
  });
}

/** By what the browser keeps the typing of a post that has no id yet. */
const newIn = (campaignId: string): string => `new:${campaignId}`;
