import type { Request, Response } from 'express';
import { differencesOf, type Wording } from '../../../campaigns/differences.ts';
import type { Draft } from '../../../campaigns/drafts.ts';
import { phoneTextsOf } from '../../../campaigns/phone/contents.ts';
import { headerMedia } from '../../../campaigns/phone/header.ts';
import type { OfferedTemplate } from '../../../campaigns/phone/look.ts';
import { type Layable, readable } from '../../../campaigns/phone/reading.ts';
import type { Web } from '../../web.ts';
import { differenceViews } from '../messages/conflict.ts';
import { readLongForm } from '../messages/posted.ts';
import { crumbsOf } from '../messages/tabs.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { sidesOf, type Typed } from './form.ts';

interface Meeting {
  req: Request;
  res: Response;
  /** As somebody else has left it. */
  draft: Draft;
  template: OfferedTemplate;
  typed: Typed;
}

/** Says that somebody else was faster, what they changed, and lets take over either; nothing typed is lost. */
export async function showPhoneConflict(web: Web, meeting: Meeting): Promise<void> {
  const { req, res, draft, template, typed } = meeting;
  const reading = readingOf(req, res);
  const { message, lastEdit, campaign } = draft;
  const kept = (await phoneTextsOf(web.ground.sql, message)).map((text) => wordingOf(text.name, text));
  const fields = readLongForm(req)
    .entries()
    .filter(({ name }) => !['op', 'revision'].includes(name));
  const data = {
    ...{ id: message.id, path: `/console/phone-messages/${message.id}`, lastEdit },
    ...{ revision: message.revision, fields: fields.map(({ name, value }) => ({ name, value })) },
    languages: differenceViews(differencesOf(kept, await typedWordings(web, template, typed)), reading, {
      subject: reading.t('phone-template.registered'),
      source: reading.t('phone-message.words'),
    }),
    settings: settingsChanged(draft, typed, reading),
  };
  await showConsole(web, {
    ...{ req, res, name: 'message-conflict', title: reading.t('conflict.title'), data, status: 409 },
    crumbs: [...crumbsOf(reading, campaign), { href: data.path, text: message.name }],
    ...{ styles: ['console-editor.css'], scripts: ['writing.js'] },
  });
}

function typedWordings({ ground }: Web, template: OfferedTemplate, { values }: Typed): Promise<Wording[]> {
  const { channel } = template.account;
  return Promise.all(
    sidesOf(template).map(async ({ name, language, body, frame }) => {
      const short = { base: `${ground.config.publicUrl}/l/` };
      const text = { channel, body, frame, values: values[language] ?? [], short };
      const media = await headerMedia(ground, text);
      return wordingOf(name, { ...text, language, ...(media && { media }) });
    }),
  );
}

/** As it is read: what stands in the places, within the registered text. */
const wordingOf = (name: string, text: Layable & { language: string }): Wording => ({
  ...{ language: text.language, subject: name, preheader: '', body: readable(text) },
});

const settingsChanged = ({ message }: Draft, typed: Typed, { t }: Reading) =>
  (['name', 'purpose'] as const)
    .filter((field) => message[field] !== typed[field].trim())
    .map((field) => ({ place: t(`editor.${field}`), kept: message[field], typed: typed[field] }));
