import type { Request, Response } from 'express';
import { ZodError } from 'zod';
import { Refusal } from '../../../errors.ts';
import { reportOccasion, reportReasons } from '../../../pages/occasions/reports.ts';
import type { ShownOccasion } from '../../../pages/occasions/shown.ts';
import { titleOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { occasionPath } from '../address.ts';
import { lookShown } from '../shown.ts';
import { openPage } from './open.ts';

const FIELDS = ['kind', 'reason', 'words', 'name', 'contact'] as const;
type Posted = Record<(typeof FIELDS)[number], string>;
const EMPTY: Posted = { kind: 'report', reason: '', words: '', name: '', contact: '' };

interface Shown {
  req: Request;
  res: Response;
  page: ShownOccasion;
  posted?: Posted;
  faults?: (typeof FIELDS)[number][];
}

/** The form by which somebody says that a page is wrong, or that they are family and do not want it. */
export const showReport: Handler = (web) => async (req, res) => {
  const page = await openPage(web, { req, res });
  const posted = { ...EMPTY, kind: req.query.family === undefined ? 'report' : 'objection' };
  if (page) showForm(web, { req, res, page, posted });
};

function showForm(web: Web, { req, res, page, posted = EMPTY, faults = [] }: Shown): void {
  const language = readerLanguage(req, page.content.language);
  const path = `${occasionPath(page.code)}/report`;
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  showPage(web, {
    ...{ req, res, name: 'occasion-report', words: 'occasion.guest.report', language },
    status: faults.length ? 422 : 200,
    data: {
      ...{ action: `${path}?lang=${language}`, of: titleOf(page, language), posted, noindex: true },
      ...{ sheet: 'occasion.css', mood: lookShown(page).mood },
      kinds: (['report', 'objection'] as const).map((kind) => ({ kind, checked: posted.kind === kind })),
      reasons: reportReasons.map((reason) => ({ reason, checked: posted.reason === reason })),
      wrong: Object.fromEntries(FIELDS.map((field) => [field, faults.includes(field)])),
      otherHref: `${path}?lang=${language === 'ml' ? 'en' : 'ml'}`,
    },
  });
}

/** Takes it; somebody of the Mission answers within a day. */
export const takeReport: Handler = (web) => async (req, res) => {
  const page = await openPage(web, { req, res });
  if (!page) return;
  const form = readForm(req);
  const posted = Object.fromEntries(FIELDS.map((field) => [field, form.long(field)])) as Posted;
  try {
    await reportOccasion(web.ground, page.id, posted);
  } catch (error) {
    return showForm(web, { req, res, page, posted, faults: faultsOf(error, posted) });
  }
  const language = readerLanguage(req, page.content.language);
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  showPage(web, {
    ...{ req, res, name: 'occasion-reported', words: 'occasion.guest.reported', language },
    data: { back: `${occasionPath(page.code)}?lang=${language}`, answered: posted.contact.trim() !== '' },
  });
};

/** Which fields cannot stay as they are. @throws what is no fault of theirs */
function faultsOf(error: unknown, { name, contact }: Posted): (typeof FIELDS)[number][] {
  if (error instanceof ZodError) {
    const named = error.issues.map(({ path: [field] }) => field);
    return FIELDS.filter((field) => named.includes(field));
  }
  if (!(error instanceof Refusal) || error.status !== 400) throw error;
  return [...(name.trim() ? [] : (['name'] as const)), ...(contact.trim() ? [] : (['contact'] as const))];
}
