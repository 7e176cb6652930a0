import type { Request, Response } from 'express';
import { writeNotice } from '../../campaigns/notice-letters.ts';
import { normaliseEmail } from '../../contacts/addresses.ts';
import { CONFIRMATION, sendNotice } from '../../deliveries/notices.ts';
import { type Language, translate } from '../../i18n.ts';
import {
  askToFollow,
  confirmFollow,
  endFollow,
  type Follower,
  findFollower,
  takeBackFollow,
} from '../../pages/followers.ts';
import { findPublished, type PublicProject } from '../../pages/published.ts';
import { readerLanguage } from '../../reader.ts';
import { brandOf } from '../brand.ts';
import { readForm } from '../form.ts';
import { showPage } from '../pages.ts';
import { readStamp, stampOf } from '../subscribe-form.ts';
import type { Handler, Web } from '../web.ts';
import { projectPath } from './address.ts';
import { titleOf } from './words.ts';

const PRIVATE = { 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' };

interface Asked {
  req: Request;
  res: Response;
  project: PublicProject;
  /** As it was typed. */
  email?: string;
  fault?: 'error' | 'again';
}

const askedOf = async (web: Web, req: Request, res: Response): Promise<Asked> => ({
  ...{ req, res, project: await findPublished(web.ground.sql, String(req.params.slug)) },
});

export const showFollow: Handler = (web) => async (req, res) => showForm(web, await askedOf(web, req, res));

function showForm(web: Web, { req, res, project, email = '', fault }: Asked): void {
  const language = readerLanguage(req);
  const data = {
    ...{ path: projectPath(project.slug), project: titleOf(project, language), email, fault: fault ?? null },
    ...{ wrong: fault === 'error', agree: agreement(web, project, language) },
    stamp: stampOf(web.ground.keys, web.ground.clock.now()),
  };
  res.set(PRIVATE);
  showPage(web, { req, res, name: 'project-follow', data, status: fault === 'error' ? 422 : 200 });
}

const agreement = (web: Web, project: PublicProject, language: Language) =>
  translate(language, 'project-follow.agree', {
    ...{ project: titleOf(project, language), organisation: brandOf(web, language).identity.name },
  });

/** The answer is the same whether the address is known or not; only its owner learns more. */
export const takeFollow: Handler = (web) => async (req, res) => {
  const { keys, clock } = web.ground;
  const form = readForm(req);
  const asked = { ...(await askedOf(web, req, res)), email: form.text('email') };
  if (form.text('website')) return showSent(web, asked);
  const stamp = readStamp(keys, form.text('stamp'), clock.now());
  if (stamp !== 'good') return showForm(web, { ...asked, fault: 'again' });
  const email = normaliseEmail(asked.email);
  if (!email.ok) return showForm(web, { ...asked, fault: 'error' });
  await invite(web, asked.project, { email: email.value, language: readerLanguage(req) });
  showSent(web, asked);
};

function showSent(web: Web, { req, res, project, email = '' }: Asked): void {
  res.set(PRIVATE);
  const data = { email: email.trim(), path: projectPath(project.slug) };
  showPage(web, { req, res, name: 'project-follow-sent', data });
}

async function invite(
  web: Web,
  project: PublicProject,
  { email, language }: { email: string; language: Language },
): Promise<void> {
  const { ground } = web;
  const words = agreement(web, project, language);
  const token = await askToFollow(ground, { projectId: project.id, email, language, words });
  if (!token) return;
  const values = {
    project: titleOf(project, language),
    confirm_url: `${ground.config.publicUrl}/follow/${token}?lang=${language}`,
  };
  try {
    const letter = await writeNotice(ground, { name: 'project-follow', language, values });
    await sendNotice(ground, { kind: CONFIRMATION, address: email, language, ...letter });
  } catch (error) {
    // Otherwise a second try would say that a mail is on its way, and none would be for hours.
    await takeBackFollow(ground, token);
    throw error;
  }
}

interface Token {
  req: Request;
  res: Response;
  token: string;
  follower: Follower;
}

/** Finds whom `:token` stands for; without one the page says so. */
const withFollower =
  (then: (web: Web, token: Token) => Promise<void> | void): Handler =>
  (web) =>
  async (req, res) => {
    res.set(PRIVATE);
    const token = String(req.params.token);
    const follower = await findFollower(web.ground, token);
    if (!follower || follower.state === 'expired')
      return showPage(web, { req, res, name: 'broken', status: follower ? 410 : 404 });
    await then(web, { req, res, token, follower });
  };

/** One page with one button, which changes nothing until it is pressed: to begin, or to end. */
export const showToken = withFollower((web, { req, res, token, follower }) => {
  const { state, language, words, email } = follower;
  if (state === 'ended') return showEnded(web, { req, res, token, follower });
  if (state === 'confirmed') return showEnd(web, { req, res, token, follower });
  const data = { action: `/follow/${token}`, words, email };
  showPage(web, { req, res, name: 'project-follow-confirm', language, data });
});

export const confirm = withFollower(async (web, { req, res, token, follower }) => {
  if (follower.state === 'ended') return showEnded(web, { req, res, token, follower });
  await confirmFollow(web.ground, follower);
  const data = { path: projectPath(follower.slug), end: `/follow/${token}/end` };
  showPage(web, { req, res, name: 'project-follow-done', language: follower.language, data });
});

export const askEnd = withFollower((web, token) =>
  token.follower.state === 'ended' ? showEnded(web, token) : showEnd(web, token),
);

/** Ends it at once; a mail program may press the button for its reader (RFC 8058). */
export const end = withFollower(async (web, token) => {
  await endFollow(web.ground, token.follower);
  showEnded(web, token);
});

function showEnd(web: Web, { req, res, token, follower }: Token): void {
  const data = { action: `/follow/${token}/end` };
  showPage(web, { req, res, name: 'project-follow-end', language: follower.language, data });
}

function showEnded(web: Web, { req, res, follower }: Token): void {
  const data = { path: projectPath(follower.slug) };
  showPage(web, { req, res, name: 'project-follow-ended', language: follower.language, data });
}
