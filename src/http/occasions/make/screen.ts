import type { Request, Response } from 'express';
import { Refusal } from '../../../errors.ts';
import { type Language, translate, translateOr } from '../../../i18n.ts';
import { type OccasionDraft, readOccasion, saveOccasion } from '../../../pages/occasions/make.ts';
import { readerLanguage } from '../../../reader.ts';
import { say } from '../../../say.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import type { Handler, Web } from '../../web.ts';
import { openedOf } from '../doors.ts';
import { look } from './look.ts';
import type { Part, Typed } from './part.ts';
import { purpose } from './purpose.ts';
import { nextScreen, showMaking } from './shell.ts';
import { who } from './who.ts';
import { words } from './words.ts';

const parts: Record<string, Part> = { who, words, for: purpose, look };

function partOf(req: Request): Part {
  const name = String(req.params.screen);
  if (!Object.hasOwn(parts, name)) throw new Refusal(say`There is no such page.`, 404);
  return parts[name] as Part;
}

export const showScreen: Handler = (web) => async (req, res) => {
  const part = partOf(req);
  const { draft } = openedOf(res);
  await showPart(web, { req, res, part, typed: part.values(draft) });
};

interface Shown {
  req: Request;
  res: Response;
  part: Part;
  typed: Typed;
  faults?: Record<string, string>;
  refused?: string;
  /** What somebody else saved meanwhile. */
  theirs?: OccasionDraft;
  status?: number;
}

async function showPart(web: Web, { req, res, part, typed, ...shown }: Shown): Promise<void> {
  const { faults = {}, refused = '', theirs, status = 200 } = shown;
  const draft = theirs ?? openedOf(res).draft;
  const language = readerLanguage(req, draft.content.language);
  showMaking(web, {
    ...{ req, res, status, screen: String(req.params.screen) },
    data: {
      ...{ typed, refused, edition: draft.edition, faulty: Object.keys(faults).length > 0 },
      wrong: Object.fromEntries(part.fields.map((field) => [field, faults[field] ?? ''])),
      conflict: theirs ? differences(part, { typed, theirs, language }) : null,
      ...(await part.more(web, { draft, typed, language, res })),
    },
  });
}

/** What stands there now beside what was typed, for each field in which they differ. */
function differences(
  part: Part,
  { typed, theirs, language }: { typed: Typed; theirs: OccasionDraft; language: Language },
) {
  const now = part.values(theirs);
  const said = (field: string, value = '') =>
    translateOr(language, `occasion.said.${field}.${value}`, value) || '–';
  return part.fields
    .filter((field) => now[field] !== typed[field])
    .map((field) => ({
      field: translate(language, `occasion.field.${field}`),
      theirs: said(field, now[field]),
      mine: said(field, typed[field]),
    }));
}

/** Longer than anything that is taken, so that whoever typed it gets it back whole. */
const KEPT = 100_000;

/** Saves one screen and leads to the next; what will not do is shown again with all that was typed. */
export const takeScreen: Handler = (web) => async (req, res) => {
  const part = partOf(req);
  const { draft, base } = openedOf(res);
  const form = readForm(req);
  const language = readerLanguage(req, draft.content.language);
  const screen = String(req.params.screen);
  const expected = Number(form.text('edition'));
  // What is not our form must not read as if everything had been emptied.
  if (!Number.isInteger(expected) || expected < 1)
    return res.redirect(303, `${base}/${screen}?lang=${language}`);
  const typed = Object.fromEntries(part.fields.map((field) => [field, form.long(field).slice(0, KEPT)]));
  const read = part.read(typed, { draft, language, pressed: form.text('use') });
  if (!read.ok) return showPart(web, { req, res, part, typed, faults: read.faults, status: 422 });
  try {
    await saveOccasion(web.ground, { id: draft.id, expected }, read.change);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return showRefused(web, { req, res, part, typed, error, expected, language });
  }
  const to = read.stay === undefined ? nextScreen(res, screen) : `${base}/${screen}`;
  res.redirect(303, `${to}${to.includes('?') ? '&' : '?'}lang=${language}${read.stay ?? ''}`);
};

async function showRefused(
  web: Web,
  { error, expected, language, ...shown }: Shown & { error: Refusal; expected: number; language: Language },
): Promise<void> {
  const now = await readOccasion(web.ground, openedOf(shown.res).draft.id);
  if (error.status === 409 && now.edition !== expected)
    return showPart(web, { ...shown, theirs: now, status: 409 });
  await showPart(web, { ...shown, refused: sentenceIn(language, error), status: error.status });
}
