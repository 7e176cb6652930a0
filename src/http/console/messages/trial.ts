import type { Request, Response } from 'express';
import { openDraft } from '../../../campaigns/drafts.ts';
import { sendTrial } from '../../../campaigns/trial.ts';
import { languageName } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { messageIdOf } from './editor.ts';
import { crumbsOf, tabsOf } from './tabs.ts';

interface Typed {
  to: string;
  language: string;
  as: string;
}

/** Asks where a test mail goes. */
export const showTrial: Handler = (web) => async (req, res) => {
  const language = readingOf(req, res).language;
  await show(web, { req, res, typed: { to: staffOf(res).user.email, language, as: '' } });
};

/** Sends what is kept to one address. */
export const postTrial: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const typed = { to: form.text('to'), language: form.text('language'), as: form.text('as') };
  return orAgain(
    async () => {
      const { message } = await openDraft(web.ground, messageIdOf(req));
      const { email, id } = staffOf(res).user;
      const as = typed.as.trim() || undefined;
      await sendTrial(web.ground, message, { ...typed, as, editor: { actor: email, userId: id } });
      leadOn(res, `/console/messages/${message.id}/test`, 'message-tested');
    },
    (refusal) => show(web, { req, res, typed, error: readingOf(req, res).said(refusal) }),
  );
};

interface Showing {
  req: Request;
  res: Response;
  typed: Typed;
  error?: string;
}

async function show(web: Web, { req, res, typed, error }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { message, campaign, contents } = await openDraft(web.ground, messageIdOf(req));
  const aboutContact = error !== undefined && /\bcontact\b/.test(error);
  const data = {
    ...{
      tabs: tabsOf({ web, req, res }, message, 'test'),
      typed,
      path: `/console/messages/${message.id}/test`,
    },
    ...{ error: error ?? null, wrongTo: aboutContact ? null : (error ?? null) },
    ...{
      wrongAs: aboutContact ? (error ?? null) : null,
      from: `${message.fromName} <${message.fromAddress}>`,
    },
    options: contents.map(({ language }) => ({
      ...{
        value: language,
        text: languageName(language, reading.language),
        selected: language === typed.language,
      },
    })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'message-test', title: message.name, data, status: error ? 422 : 200 },
    ...{ crumbs: crumbsOf(reading, campaign), styles: ['console-editor.css'] },
  });
}
