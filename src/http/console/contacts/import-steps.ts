import type { Request, Response } from 'express';
import { slug } from '../../../contacts/csv/columns.ts';
import { type Draft, dropDraft, readDraft, remakeDraft, startDraft } from '../../../contacts/drafts.ts';
import { allLists } from '../../../contacts/lists.ts';
import { readUpload } from '../../../contacts/uploads.ts';
import { Refusal } from '../../../errors.ts';
import { type Form, readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { offeredPurposes } from '../purposes.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { crumbsOf, IMPORT, IMPORTS, importIdOf, mayImport, stepsOf } from './import.ts';

/** What a column can be, besides a further fact under its own name. */
const FIELDS = [
  ...(['name', 'first_name', 'last_name', 'email', 'phone', 'language', 'kind', 'district'] as const),
];
const KNOWN: readonly string[] = FIELDS;

/** Step 2: what the file holds, what its columns are taken for, what is wrong with it. */
export async function showColumns(
  web: Web,
  { req, res, draft, refused }: { req: Request; res: Response; draft: Draft; refused?: string },
): Promise<void> {
  const { t, again } = readingOf(req, res);
  const { seen, wish } = draft;
  await showConsole(web, {
    ...{ req, res, name: 'import-columns', title: draft.fileName, crumbs: crumbsOf(web, res, t) },
    ...{ styles: ['console-contacts.css'], status: refused ? 422 : 200 },
    data: {
      ...{ steps: stepsOf(t, 1), draft, seen, href: `${IMPORTS}/${draft.id}`, refused: refused ?? null },
      ...{ taken: seen.rows - seen.rejected, converted: Boolean(wish.convertLegacy) },
      encoding: t(`import.encoding.${seen.encoding as 'utf-8'}`),
      delimiter: seen.encoding === 'xlsx' ? null : t(delimiterKey(seen.delimiter)),
      columns: seen.columns.map((column, i) => ({
        ...column,
        id: `as-${i}`,
        choices: choicesFor(column, t),
      })),
      mayWrite: mayImport(web, res),
      fault: seen.fault && again(seen.fault),
      warnings: seen.warnings.map(again),
      problems: byReason(seen.problems, again),
      more: seen.rejected - seen.problems.length,
    },
  });
}

/** Rows of one fault together, with their lines. */
function byReason(problems: Draft['seen']['problems'], again: Reading['again']) {
  const lines = new Map<string, number[]>();
  for (const { line, reason, faults = [reason] } of problems) {
    const words = faults.map(again).join('; ');
    lines.set(words, [...(lines.get(words) ?? []), line]);
  }
  return [...lines].map(([reason, at]) => ({ reason, at: at.join(', '), count: at.length }));
}

const DELIMITERS = { ',': 'import.delimiter.comma', ';': 'import.delimiter.semicolon' } as const;
const delimiterKey = (delimiter: string) => DELIMITERS[delimiter as ','] ?? ('import.delimiter.tab' as const);

function choicesFor({ column, as }: { column: string; as: string }, t: Reading['t']) {
  const fact = as.startsWith('attribute ') ? as.slice('attribute '.length) : factNameOf(column);
  const chosen = as === 'ignored' ? 'ignore' : as.startsWith('attribute ') ? fact : as;
  const all = [
    ...FIELDS.map((field) => ({ value: field as string, text: t(`import.field.${field}`) })),
    { value: fact, text: t('import.field.fact', { name: fact }) },
    { value: 'ignore', text: t('import.field.ignore') },
  ];
  return all.map((one) => ({ ...one, selected: one.value === chosen }));
}

/** A name for a fact that is not taken for one of the fields. */
const factNameOf = (head: string): string => `column_${slug(head) || '1'}`;

/** A form that was sent twice finds its file being imported already, and leads there. */
async function draftOrRun(web: Web, req: Request, res: Response): Promise<Draft | null> {
  try {
    return await readDraft(web.ground, importIdOf(req));
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error;
    const { id } = await readUpload(web.ground, importIdOf(req));
    leadOn(res, `${IMPORTS}/${id}`);
    return null;
  }
}

const remap: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const draft = await draftOrRun(web, req, res);
  if (!draft) return;
  await orAgain(
    async () => {
      const convertLegacy = form.text('convert') === 'yes';
      await remakeDraft(web.ground, draft.id, { map: mapIn(form, draft), convertLegacy });
      const { seen } = await readDraft(web.ground, draft.id);
      const onwards = form.text('then') === 'on' && !seen.fault;
      leadOn(
        res,
        `${IMPORTS}/${draft.id}${onwards ? '/consent' : ''}`,
        onwards ? undefined : 'import-looked',
      );
    },
    (refusal) => showColumns(web, { req, res, draft, refused: readingOf(req, res).said(refusal) }),
  );
};

/** What each column was said to be; nothing where all stayed as it was recognised. */
function mapIn(form: Form, { seen, wish }: Draft): string[] | undefined {
  const said = form.all('as');
  const pairs = seen.columns.flatMap(({ column }, i) => {
    const as = said[i] ?? '';
    return slug(column) && (KNOWN.includes(as) || slug(as)) ? [`${column}=${as}`] : [];
  });
  const before = seen.columns.map((column) => choiceOf(column));
  const changed = said.some((as, i) => as !== before[i]);
  return changed ? pairs : wish.map;
}

const choiceOf = ({ as }: { as: string }) => (as === 'ignored' ? 'ignore' : as.replace(/^attribute /, ''));

interface Said {
  list: string;
  purpose: string;
  basis: string;
  sms: boolean;
}

const askConsent: Handler = (web) => async (req, res) => {
  const draft = await draftOrRun(web, req, res);
  if (!draft) return;
  if (draft.seen.fault) return leadOn(res, `${IMPORTS}/${draft.id}`);
  await showConsent(web, { req, res, draft, said: { list: '', purpose: '', basis: '', sms: false } });
};

type Faults = Partial<Record<'purpose' | 'basis', string>>;

async function showConsent(
  web: Web,
  asked: { req: Request; res: Response; draft: Draft; said: Said; faults?: Faults; refused?: string },
): Promise<void> {
  const { req, res, draft, said, faults = {}, refused } = asked;
  const { t } = readingOf(req, res);
  const lists = await allLists(web.ground.sql);
  await showConsole(web, {
    ...{ req, res, name: 'import-consent', title: draft.fileName, crumbs: crumbsOf(web, res, t) },
    ...{ styles: ['console-contacts.css'], status: refused || Object.keys(faults).length ? 422 : 200 },
    data: {
      ...{ steps: stepsOf(t, 2), draft, said, href: `${IMPORTS}/${draft.id}`, refused: refused ?? null },
      ...{ faults: { purpose: null, basis: null, ...faults }, lists: lists.map(({ name }) => name) },
      purposes: await offeredPurposes(web.ground.sql, { t }),
      counts: { taken: draft.seen.rows - draft.seen.rejected, out: draft.seen.rejected },
      phones: draft.seen.columns.some(({ as }) => as === 'phone'),
    },
  });
}

const start: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const form = readForm(req);
  const draft = await draftOrRun(web, req, res);
  if (!draft) return;
  const line = (name: string) => form.text(name).trim();
  const said = {
    list: line('list'),
    purpose: line('purpose'),
    basis: line('basis'),
    sms: form.text('sms') === 'yes',
  };
  const faults: Faults = {};
  if (!said.purpose) faults.purpose = t('contacts.consent.no-purpose');
  if (said.basis.length < 3) faults.basis = t('contacts.consent.no-basis');
  const again = (more: { faults?: Faults; refused?: string }) =>
    showConsent(web, { req, res, draft, said, ...more });
  if (Object.keys(faults).length) return again({ faults });
  await orAgain(
    async () => {
      const { list, ...rest } = said;
      const actor = staffOf(res).user.email;
      await startDraft(web.ground, draft.id, { ...rest, lists: list ? [list] : [], actor });
      leadOn(res, `${IMPORTS}/${draft.id}`);
    },
    (refusal) => again({ refused: readingOf(req, res).said(refusal) }),
  );
};

const drop: Handler = (web) => async (req, res) => {
  await dropDraft(web.ground, importIdOf(req));
  leadOn(res, IMPORT, 'import-dropped');
};

export const importStepRoutes: Route[] = [
  {
    ...{ method: 'post', path: `${IMPORTS}/:id/columns`, who: WRITERS, body: '128kb', handle: remap },
    does: 'says what the columns of a file are',
  },
  {
    ...{ method: 'get', path: `${IMPORTS}/:id/consent`, who: WRITERS, handle: askConsent },
    does: 'asks what the people of a file agreed to',
  },
  {
    ...{ method: 'post', path: `${IMPORTS}/:id/start`, who: WRITERS, handle: start },
    does: 'imports a file',
  },
  {
    ...{ method: 'post', path: `${IMPORTS}/:id/drop`, who: WRITERS, handle: drop },
    does: 'throws away a file that nobody imported',
  },
];
