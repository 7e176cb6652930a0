import type { Request, Response } from 'express';
import { differencesOf, type LanguageDifferences } from '../../../campaigns/differences.ts';
import type { Draft } from '../../../campaigns/drafts.ts';
import { languageName } from '../../../i18n.ts';
import type { Web } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { readLongForm } from './posted.ts';
import { crumbsOf } from './tabs.ts';
import { contentsOf, type Writing } from './writing.ts';

interface Meeting {
  req: Request;
  res: Response;
  /** As somebody else has left it. */
  draft: Draft;
  writing: Writing;
}

/** Says that somebody else was faster, what they changed, and lets take over either; nothing typed is lost. */
export async function showConflict(web: Web, { req, res, draft, writing }: Meeting): Promise<void> {
  const reading = readingOf(req, res);
  const { message, contents, lastEdit, campaign } = draft;
  const mine = Object.entries(contentsOf(writing, contents)).map(([language, content]) => ({
    ...{ language, preheader: '', ...content },
  }));
  const typed = readLongForm(req)
    .entries()
    .filter(({ name }) => !['op', 'revision', 'sure'].includes(name));
  const data = {
    ...{
      id: message.id,
      path: `/console/messages/${message.id}`,
      lastEdit,
      fields: typed.map(({ name, value }) => ({ name, value })),
    },
    ...{ revision: message.revision, languages: differenceViews(differencesOf(contents, mine), reading) },
    settings: settingsChanged(draft, writing, reading),
  };
  await showConsole(web, {
    ...{ req, res, name: 'message-conflict', title: reading.t('conflict.title'), data, status: 409 },
    crumbs: [...crumbsOf(reading, campaign), { href: `/console/messages/${message.id}`, text: message.name }],
    ...{ styles: ['console-editor.css'], scripts: ['writing.js'] },
  });
}

/** Differences with their places in words. @param names of places that are called otherwise here */
export const differenceViews = (
  all: LanguageDifferences[],
  reading: Reading,
  names: Record<string, string> = {},
) =>
  all.map(({ language, differences }) => ({
    ...{ lang: language, name: languageName(language, reading.language) },
    differences: differences.map(({ place, change, stretches }) => ({
      ...{
        change,
        stretches,
        place: names[place] ?? placeName(place, reading),
        changeName: reading.t(`versions.${change}`),
      },
    })),
  }));

function placeName(place: string, { t }: Reading): string {
  if (place === 'subject' || place === 'preheader' || place === 'source') return t(`editor.${place}`);
  return t(`editor.kind.${place as 'text'}`);
}

function settingsChanged({ message }: Draft, { settings }: Writing, { t }: Reading) {
  const kept = {
    ...{ name: message.name, purpose: message.purpose, replyTo: message.replyTo ?? '' },
    from: `${message.fromName} <${message.fromAddress}>`,
  };
  return (['name', 'from', 'replyTo', 'purpose'] as const)
    .filter((field) => kept[field] !== settings[field].trim())
    .map((field) => ({ place: t(`editor.${field}`), kept: kept[field], typed: settings[field] }));
}
