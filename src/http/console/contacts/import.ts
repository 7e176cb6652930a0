import type { Request, Response } from 'express';
import { LONGEST_FILE, makeDraft } from '../../../contacts/drafts.ts';
import { listUploads, type Upload } from '../../../contacts/uploads.ts';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { receiveForm } from '../../multipart.ts';
import type { Route } from '../../routes.ts';
import { staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, type Reading, readingOf, showConsole } from '../shell.ts';
import { CONTACTS } from './list.ts';

export const IMPORTS = `${CONTACTS}/imports`;
export const IMPORT = `${CONTACTS}/import`;
const LATEST = 10;
const MB = 1_000_000;

/** The three steps of the wizard; a page says which one it is. */
export const stepsOf = (t: Reading['t'], at: 0 | 1 | 2 | 3) =>
  (['file', 'columns', 'consent'] as const).map((step, i) => ({
    ...{ text: t(`import.step.${step}`), done: i < at, current: i === at },
  }));

/** The pages above one of an import; who may not import has nothing to do on the first of them. */
export const crumbsOf = (web: Web, res: Response, t: Reading['t']) => [
  { href: CONTACTS, text: t('nav.contacts') },
  ...(mayImport(web, res) ? [{ href: IMPORT, text: t('contacts.import') }] : []),
];

export const mayImport = (web: Web, res: Response): boolean =>
  web.allows(staffOf(res).user.roles, 'post', IMPORT);

/** The id of an import in an address. @throws Refusal (404) for what is none */
export function importIdOf(req: Pick<Request, 'params'>): string {
  const id = String(req.params.id);
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  throw new Refusal(say`There is no import ${id.slice(0, 50)}.`, 404);
}

const begin: Handler = (web) => (req, res) => showBegin(web, { req, res });

async function showBegin(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: { text: string; status: number } },
): Promise<void> {
  const { t } = readingOf(req, res);
  const latest = await listUploads(web.ground, { limit: LATEST });
  await showConsole(web, {
    ...{ req, res, name: 'import', title: t('contacts.import'), status: refused?.status ?? 200 },
    ...{ styles: ['console-contacts.css'], scripts: ['upload.js'] },
    crumbs: [{ href: CONTACTS, text: t('nav.contacts') }],
    data: {
      ...{
        steps: stepsOf(t, 0),
        refused: refused?.text ?? null,
        most: LONGEST_FILE / MB,
        longest: LONGEST_FILE,
      },
      latest: latest.map((one) => ({ ...one, ...stateOf(t, one.state), href: `${IMPORTS}/${one.id}` })),
    },
  });
}

const LOOKS = {
  draft: 'planned',
  waiting: 'planned',
  running: 'sending',
  done: 'sent',
  failed: 'failed',
} as const;

/** An import's state as a badge. */
export const stateOf = (t: Reading['t'], state: Upload['state']) => ({
  look: LOOKS[state],
  text: t(`import.state.${state}`),
});

const receive: Handler = (web) => async (req, res) => {
  const { t, said } = readingOf(req, res);
  try {
    const { file } = await receiveForm(req, res, { longest: LONGEST_FILE });
    if (!file) throw new Refusal(say`Choose a file first.`);
    const from = { path: file.path, fileName: file.name };
    const id = await makeDraft(web.ground, from, staffOf(res).user.email);
    leadOn(res, `${IMPORTS}/${id}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const text = error.status === 413 ? t('import.too-large', { most: LONGEST_FILE / MB }) : said(error);
    await showBegin(web, { req, res, refused: { text, status: error.status === 413 ? 413 : 422 } });
  }
};

export const importRoutes: Route[] = [
  {
    ...{ method: 'get', path: IMPORT, who: WRITERS, handle: begin },
    does: 'asks for a file of contacts',
  },
  {
    ...{ method: 'post', path: IMPORT, who: WRITERS, body: 'stream', handle: receive },
    does: 'takes a file of contacts to be looked at; nothing is imported yet',
  },
];
