import type { Request, Response } from 'express';
import { correctRun } from '../../../campaigns/corrections.ts';
import { runHead } from '../../../campaigns/run-head.ts';
import { receivedIn, receivedLately } from '../../../deliveries/receivers.ts';
import type { Refusal } from '../../../errors.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { crumbsOf, titleOf } from './run.ts';
import { runIn } from './run-number.ts';

interface Typed {
  unknown: boolean;
  /** By language. */
  subjects: Record<string, string>;
  texts: Record<string, string>;
}

export const askCorrection: Handler = (web) => (req, res) =>
  showForm(web, { req, res, typed: { unknown: false, subjects: {}, texts: {} } });

/** Makes the message and leads to where its audience and time are seen; the words can be worked on there. */
export const correct: Handler = (web) => async (req, res) => {
  const run = runIn(req);
  const typed = typedIn(readForm(req), Object.keys(await receivedIn(web.ground.sql, { run, unknown: true })));
  await orAgain(
    async () => {
      const contents = contentsIn(typed);
      const made = await correctRun(
        web.ground,
        { run, contents, unknown: typed.unknown },
        {
          ...staffOf(res).user,
          disabledAt: null,
        },
      );
      leadOn(res, `/console/messages/${made.messageId}/plan`, 'correction-made');
    },
    (refusal) => showForm(web, { req, res, typed, refusal }),
  );
};

function typedIn(form: Form, languages: string[]): Typed {
  const of = (name: string) =>
    Object.fromEntries(languages.map((language) => [language, form.long(`${name}-${language}`)]));
  return { unknown: form.text('unknown') === '1', subjects: of('subject'), texts: of('text') };
}

/** A letter of blocks for each language in which something is written: a heading and its paragraphs. */
function contentsIn({ subjects, texts }: Typed) {
  const written = Object.keys(subjects).filter(
    (language) => subjects[language]?.trim() || texts[language]?.trim(),
  );
  return Object.fromEntries(
    written.map((language) => {
      const subject = subjects[language] ?? '';
      const blocks = [
        { type: 'heading', level: 1, text: subject || '–' },
        { type: 'text', text: (texts[language] ?? '').replaceAll('\r\n', '\n') },
      ];
      return [language, { subject, body: JSON.stringify({ language, title: subject || '–', blocks }) }];
    }),
  );
}

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  refusal?: Refusal;
}

async function showForm(web: Web, { req, res, typed, refusal }: Shown): Promise<void> {
  const run = runIn(req);
  const reading = readingOf(req, res);
  const { sql } = web.ground;
  const head = await runHead(sql, run);
  const [received, maybe] = [
    await receivedLately(sql, { run, unknown: false }),
    await receivedLately(sql, { run, unknown: true }),
  ];
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, n) => all + n, 0);
  const data = {
    ...{
      run: String(run),
      name: head.message ?? reading.t('run.nameless'),
      refused: refusal ? reading.said(refusal) : null,
    },
    ...{ received: sum(received), unknown: sum(maybe) - sum(received), typedUnknown: typed.unknown },
    languages: Object.keys(maybe).map((code) => ({
      ...{ code, name: reading.t('campaign.language', { language: code }), n: received[code] ?? 0 },
      ...{ subject: typed.subjects[code] ?? '', text: typed.texts[code] ?? '' },
    })),
  };
  const crumbs = [...crumbsOf(reading, head), { href: `/console/runs/${run}`, text: titleOf(reading, head) }];
  await showConsole(web, {
    ...{ req, res, name: 'run-correction', title: reading.t('run.correct'), data, crumbs },
    ...{ styles: ['console-campaigns.css'], status: refusal ? 422 : 200 },
  });
}
