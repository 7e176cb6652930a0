import { readDraft } from '../../../contacts/drafts.ts';
import { readRejects, readUpload, type Upload } from '../../../contacts/uploads.ts';
import { Refusal } from '../../../errors.ts';
import type { Route } from '../../routes.ts';
import { READERS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { readingOf, showConsole } from '../shell.ts';
import { crumbsOf, IMPORTS, importIdOf, mayImport, stateOf, stepsOf } from './import.ts';
import { showColumns } from './import-steps.ts';

const FIGURES = ['created', 'updated', 'unchanged', 'rejected', 'listed', 'consented'] as const;

/** A file that waits is shown with its columns; one that is imported, with how far it is or what it came to. */
const show: Handler = (web) => async (req, res) => {
  const draft = await draftOrNull(web, importIdOf(req));
  if (draft) return showColumns(web, { req, res, draft });
  const upload = await readUpload(web.ground, importIdOf(req));
  const { t, again } = readingOf(req, res);
  await showConsole(web, {
    ...{ req, res, name: 'import-run', title: upload.fileName, crumbs: crumbsOf(web, res, t) },
    styles: ['console-contacts.css'],
    data: {
      ...{ steps: stepsOf(t, 3), upload, href: `${IMPORTS}/${upload.id}`, ...stateOf(t, upload.state) },
      ...{ ended: upload.state === 'done' || upload.state === 'failed', ...progressOf(upload) },
      mayWrite: mayImport(web, res),
      mayPlan: web.allows(staffOf(res).user.roles, 'get', '/console/campaigns/new'),
      figures: FIGURES.map((name) => ({ label: t(`import.figure.${name}`), n: upload.result?.[name] ?? 0 })),
      rejected: upload.result?.rejected ?? 0,
      withdrawn: upload.result?.withdrawn ?? 0,
      suppressed: upload.result?.suppressed ?? 0,
      warnings: (upload.result?.warnings ?? []).map(again),
      trouble: upload.trouble && again(upload.trouble),
    },
  });
};

async function draftOrNull(web: Web, id: string) {
  try {
    return await readDraft(web.ground, id);
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

/** The bar, and what has come in so far. */
function progressOf({ done, total }: Upload) {
  const percent = total ? Math.min(100, Math.floor((done / total) * 100)) : 0;
  return { percent, parts: [{ look: 'sent', x: 0, percent }] };
}

const rejects: Handler = (web) => async (req, res) => {
  const text = await readRejects(web.ground, importIdOf(req));
  res.type('text/csv; charset=utf-8').attachment('rejected.csv').send(text);
};

export const importRunRoutes: Route[] = [
  {
    ...{ method: 'get', path: `${IMPORTS}/:id`, who: READERS, handle: show },
    does: 'shows a file before its import, how far it is, and what it came to',
  },
  {
    ...{ method: 'get', path: `${IMPORTS}/:id/rejects`, who: READERS, handle: rejects },
    does: 'gives the rows that could not be taken, with the reasons',
  },
];
