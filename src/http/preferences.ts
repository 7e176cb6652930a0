import type { Request, Response } from 'express';
import { frequencies, type Preferences, type Topic } from '../contacts/preferences.ts';
import { leaveEverything, preferencesOf, savePreferences } from '../deliveries/preferences.ts';
import { formatDay, type Language, languageOf, languages, translate } from '../i18n.ts';
import { readerLanguage } from '../reader.ts';
import { recipientOf } from './guards.ts';
import { showPage } from './pages.ts';
import type { Route } from './routes.ts';
import { wordsOf } from './subscribe-form.ts';
import type { Handler, Web } from './web.ts';

const show: Handler = (web) => async (req, res) => {
  const preferences = await preferencesOf(web.ground, recipientOf(res));
  showPreferences(web, { req, res, preferences, saved: false });
};

const save: Handler = (web) => async (req, res) => {
  const fields = new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
  const recipient = recipientOf(res);
  // What is not our form must not read as "nothing is wanted".
  if (!fields.has('frequency'))
    return showPreferences(web, {
      req,
      res,
      saved: false,
      preferences: await preferencesOf(web.ground, recipient),
    });
  const preferences = await savePreferences(web.ground, recipient, {
    language: languages.find((one) => one === fields.get('language')) ?? languageOf(recipient.language),
    frequency: frequencies.find((one) => one === fields.get('frequency')) ?? null,
    pausedUntil: pauseOf(fields.get('pause'), web.ground.clock.now()),
    purposes: fields.getAll('purposes'),
    lists: fields.getAll('lists'),
  });
  showPreferences(web, { req, res, preferences, saved: true });
};

const leave: Handler = (web) => async (req, res) => {
  const recipient = recipientOf(res);
  await leaveEverything(web.ground, recipient);
  const data = { back: req.path.replace(/\/leave$/, '') };
  showPage(web, { req, res, name: 'preferences-left', language: recipient.language, data });
};

const PAUSES: Record<string, number> = { month1: 30, month3: 91, month6: 182 };

/** Undefined leaves a pause as it is. */
function pauseOf(wish: string | null, now: Date): Date | null | undefined {
  if (wish === 'none') return null;
  const days = wish !== null && Object.hasOwn(PAUSES, wish) ? PAUSES[wish] : undefined;
  return days === undefined ? undefined : new Date(now.getTime() + days * 86_400_000);
}

interface Showing {
  req: Request;
  res: Response;
  preferences: Preferences | null;
  saved: boolean;
}

function showPreferences(web: Web, { req, res, preferences, saved }: Showing): void {
  const known = preferences?.language ?? recipientOf(res).language;
  if (!preferences) {
    showPage(web, { req, res, name: 'preferences-gone', language: known });
    return;
  }
  const language = readerLanguage(req, known);
  const { topics, frequency, pausedUntil, stopped } = preferences;
  const paused = pausedUntil !== null && pausedUntil > web.ground.clock.now();
  const data = {
    ...{ action: req.path, saved, stopped, malayalam: languageOf(known) === 'ml' },
    topics: topics.map((topic) => topicView(topic, language)),
    paused: paused ? formatDay(pausedUntil, language) : null,
    frequencies: choices(['all', ...frequencies], frequency ?? 'all'),
    pauses: choices([...(paused ? ['keep'] : []), 'none', ...Object.keys(PAUSES)], paused ? 'keep' : 'none'),
  };
  showPage(web, { req, res, name: 'preferences', language: known, data });
}

const choices = (values: string[], chosen: string) =>
  values.map((value) => ({ value, words: `preferences.${value}`, checked: value === chosen }));

const topicView = ({ purpose, given, kept, lists }: Topic, language: Language) => ({
  ...{ purpose, given, kept, title: translate(language, 'preferences.purpose', { purpose }) },
  lists: lists.map((list) => ({ id: list.id, joined: list.joined, ...wordsOf(list, language) })),
});

/** What a person wants from us, by the token of a mail they got. */
export const preferenceRoutes: Route[] = [
  { method: 'get', path: '/p/:token', who: 'bearer', does: 'shows what they get from us', handle: show },
  { method: 'post', path: '/p/:token', who: 'bearer', does: 'changes it at once', handle: save },
  { method: 'post', path: '/p/:token/leave', who: 'bearer', does: 'stops all mails', handle: leave },
];
