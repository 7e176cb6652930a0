import type { Request, Response } from 'express';
import { differencesOf } from '../../../campaigns/differences.ts';
import { openDraft } from '../../../campaigns/drafts.ts';
import { listVersions, readVersion, restoreVersion, type VersionRow } from '../../../campaigns/history.ts';
import { found } from '../../../errors.ts';
import { languageName } from '../../../i18n.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { differenceViews } from './conflict.ts';
import { doneWith, messageIdOf, userOf } from './editor.ts';
import { crumbsOf, tabsOf } from './tabs.ts';

/** Every version of a message. */
export const showVersions: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const { message, campaign } = await openDraft(web.ground, messageIdOf(req));
  const versions = await listVersions(web.ground, message.id);
  const data = {
    tabs: tabsOf({ web, req, res }, message, 'versions'),
    versions: versions.map((row) =>
      versionView(row, { reading, messageId: message.id, now: message.version }),
    ),
  };
  await showConsole(web, {
    ...{ req, res, name: 'message-versions', title: message.name, data },
    ...{ crumbs: crumbsOf(reading, campaign), styles: ['console-editor.css'] },
  });
};

interface Around {
  reading: Reading;
  messageId: string;
  /** The version that holds. */
  now: number;
}

const versionView = (row: VersionRow, { reading, messageId, now }: Around) => ({
  ...{ number: row.version, at: row.at, by: row.by ?? reading.t('versions.engine'), sent: row.sent },
  current: row.version === now,
  languages: row.languages.map((tag) => languageName(tag, reading.language)).join(', '),
  href: `/console/messages/${messageId}/versions/${row.version}`,
});

/** What a version says otherwise than another, and how it looked. */
export const showVersion: Handler = (web) => (req, res) => showOne(web, { req, res });

async function showOne(web: Web, { req, res, error }: { req: Request; res: Response; error?: string }) {
  const reading = readingOf(req, res);
  const draft = await openDraft(web.ground, messageIdOf(req));
  const { message, campaign } = draft;
  const version = numberOf(String(req.params.version));
  const numbers = (await listVersions(web.ground, message.id)).map((row) => row.version);
  const against = comparedWith(String(req.query.against ?? ''), { version, numbers });
  const written = await readVersion(web.ground, { messageId: message.id, version });
  const before = against ? await readVersion(web.ground, { messageId: message.id, version: against }) : [];
  const path = `/console/messages/${message.id}`;
  const data = {
    ...{ number: version, against, path, revision: message.revision, error: error ?? null },
    languages: against ? differenceViews(differencesOf(before, written), reading) : [],
    looks: written.map(({ language }) => ({
      lang: language,
      name: languageName(language, reading.language),
    })),
    options: numbers
      .filter((one) => one !== version)
      .map((one) => ({
        ...{ value: one, text: reading.t('versions.title', { number: one }), selected: one === against },
      })),
    mayRestore:
      version !== message.version &&
      web.allows(staffOf(res).user.roles, 'post', '/console/messages/:id/versions/:version/restore'),
  };
  const title = reading.t('versions.title', { number: version });
  const above = { href: `${path}/versions`, text: message.name };
  await showConsole(web, {
    ...{ req, res, name: 'message-version', title, data, status: error ? 409 : 200 },
    ...{ crumbs: [...crumbsOf(reading, campaign), above], styles: ['console-editor.css'] },
  });
}

function numberOf(text: string): number {
  const version = /^\d{1,9}$/.test(text) ? Number(text) : null;
  return found(version, say`There is no version ${JSON.stringify(text)}.`);
}

/** What was asked for, otherwise the one before; null for the first. */
function comparedWith(
  asked: string,
  { version, numbers }: { version: number; numbers: number[] },
): number | null {
  const wished = Number(asked);
  if (numbers.includes(wished) && wished !== version) return wished;
  return numbers.find((one) => one < version) ?? null;
}

/** Makes an earlier version the newest again. */
export const restore: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      const messageId = messageIdOf(req);
      const revision = Number(readForm(req).text('revision'));
      const wish = { messageId, version: numberOf(String(req.params.version)), revision };
      const revised = await restoreVersion(web.ground, wish, userOf(res));
      leadOn(res, `/console/messages/${messageId}`, doneWith(revised));
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return showOne(web, { req, res, error: readingOf(req, res).said(refusal) });
    },
  );
