import type { Request, Response } from 'express';
import { type Role, roles, type User } from '../../../access/users.ts';
import { approveMessage } from '../../../campaigns/approvals.ts';
import { draftEdition, skipEdition } from '../../../campaigns/newsletters/editions.ts';
import { findNewsletter, type Newsletter } from '../../../campaigns/newsletters/newsletters.ts';
import { pauseNewsletter } from '../../../campaigns/newsletters/pause.ts';
import { pressEditions } from '../../../campaigns/newsletters/press.ts';
import { hideEdition } from '../../../campaigns/newsletters/status.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { type Refused, showNewsletter } from './page.ts';
import { NEWSLETTERS } from './words.ts';

export interface Asked {
  req: Request;
  res: Response;
  newsletter: Newsletter;
  user: User;
  form: Form;
}

/** The user as domain functions take them. */
export function userOf(res: Response): User {
  const { id, email, name, roles: theirs } = staffOf(res).user;
  return {
    id,
    email,
    name,
    roles: theirs.filter((role): role is Role => roles.includes(role)),
    disabledAt: null,
  };
}

/** A small form of the page: done, or the page again with why not beside it. */
const deed =
  (name: Refused['form'], done: string, work: (web: Web, asked: Asked) => Promise<unknown>): Handler =>
  (web) =>
  async (req, res) => {
    const newsletter = await findNewsletter(web.ground, String(req.params.id));
    const form = readForm(req);
    await orAgain(
      async () => {
        await work(web, { req, res, newsletter, form, user: userOf(res) });
        leadOn(res, `${NEWSLETTERS}/${newsletter.id}`, done);
      },
      (refusal) => {
        const typed = form.text('reason') || form.text('reference');
        return showNewsletter(web, {
          req,
          res,
          refused: { form: name, text: readingOf(req, res).said(refusal), typed },
        });
      },
    );
  };

export const draft = deed('draft', 'edition-drafted', async ({ ground }, { newsletter, user }) => {
  await pressEditions(ground);
  return draftEdition(ground, { newsletter, editor: { actor: user.email, userId: user.id } });
});

export const approve = deed('approval', 'edition-approved', ({ ground }, { newsletter, user, form }) => {
  const reference = form.text('reference').trim();
  return approveMessage(ground, { messageId: newsletter.messageId, user }, reference || undefined);
});

/** Lets a newsletter rest, or go on. */
const pausing = (paused: boolean) =>
  deed(
    'draft',
    paused ? 'newsletter-paused' : 'newsletter-resumed',
    async ({ ground }, { newsletter, user }) => {
      await pauseNewsletter(ground, { newsletter, user, paused });
      await pressEditions(ground);
    },
  );
export const pause = pausing(true);
export const resume = pausing(false);

export const hide: Handler = (web) => async (req, res) => {
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const hidden = readForm(req).text('hidden') === '1';
  await orAgain(
    async () => {
      const number = Number(req.params.number) || 0;
      await hideEdition(web.ground, { newsletter, number, hidden }, userOf(res));
      leadOn(res, `${NEWSLETTERS}/${newsletter.id}`, hidden ? 'edition-hidden' : 'edition-shown');
    },
    (refusal) =>
      showNewsletter(web, {
        req,
        res,
        refused: { form: 'editions', text: readingOf(req, res).said(refusal) },
      }),
  );
};

/** Asks for a reason before anything is skipped. */
export const skip: Handler = (web) => async (req, res) => {
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const reason = readForm(req).text('reason').trim();
  const again = (text: string) =>
    showNewsletter(web, { req, res, refused: { form: 'skip', text, typed: reason } });
  if (!reason) return again(readingOf(req, res).t('newsletters.skip.no-reason'));
  await orAgain(
    async () => {
      await skipEdition(web.ground, newsletter, { reason, actor: userOf(res).email });
      await pressEditions(web.ground);
      leadOn(res, `${NEWSLETTERS}/${newsletter.id}`, 'edition-skipped');
    },
    (refusal) => again(readingOf(req, res).said(refusal)),
  );
};
