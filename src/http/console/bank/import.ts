import { readFile } from 'node:fs/promises';
import type { Request, Response } from 'express';
import { Refusal } from '../../../errors.ts';
import { streams } from '../../../giving/accounts.ts';
import { type Columns, roles } from '../../../giving/bank/columns.ts';
import {
  beginImport,
  chooseColumns,
  LONGEST,
  previewImport,
  takeImport,
} from '../../../giving/bank/imports.ts';
import { formatAmount } from '../../../i18n.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { receiveForm } from '../../multipart.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { addressOf } from '../contacts/reading.ts';
import { dayText } from '../finance.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { BANK, showLines } from './lines.ts';

const SHOWN = 50;
const FAULTS = 20;

export const upload: Handler = (web) => async (req, res) => {
  try {
    const form = await receiveForm(req, res, { longest: LONGEST });
    if (!form.file) throw new Refusal(say`Choose a file first.`);
    const stream = streams.find((one) => one === form.text('stream')) ?? 'domestic';
    const content = await readFile(form.file.path);
    const file = { stream, fileName: form.file.name, content };
    const id = await beginImport(web.ground, file, staffOf(res).user.email);
    leadOn(res, `${BANK}/statements/${id}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const status = error.status === 413 ? 413 : 422;
    await showLines(web, { req, res, refused: readingOf(req, res).said(error), status });
  }
};

export const preview: Handler = (web) => (req, res) => show(web, { req, res });

const deed =
  (work: (web: Web, req: Request, res: Response) => Promise<void>): Handler =>
  (web) =>
  (req, res) =>
    orAgain(
      () => work(web, req, res),
      (refusal) => show(web, { req, res, refused: readingOf(req, res).said(refusal) }),
    );

export const choose = deed(async (web, req, res) => {
  const form = readForm(req);
  const columns = Object.fromEntries(roles.map((role) => [role, form.text(role)])) as Columns;
  await chooseColumns(web.ground, String(req.params.id), columns);
  leadOn(res, `${BANK}/statements/${String(req.params.id)}`);
});

export const take = deed(async (web, req, res) => {
  const { stream } = await previewImport(web.ground, String(req.params.id));
  const { lines, known, matched } = await takeImport(
    web.ground,
    String(req.params.id),
    staffOf(res).user.email,
  );
  const told = { lines: String(lines), known: String(known), matched: String(matched) };
  leadOn(res, addressOf(BANK, { account: stream, ...told }));
});

async function show(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: string },
): Promise<void> {
  const reading = readingOf(req, res);
  const { t, language } = reading;
  const draft = await previewImport(web.ground, String(req.params.id));
  const { lines, problems, columns, known, hashes } = draft;
  const isKnown = (i: number) => known.has((hashes[i] as Buffer).toString('hex'));
  const data = {
    ...{ fileName: draft.fileName, streamText: t(`bank.account.${draft.stream}`), refused: refused ?? null },
    rows: lines.slice(0, SHOWN).map((line, i) => ({
      ...{
        day: dayText(line.day, language),
        words: line.words,
        reference: line.reference,
        known: isKnown(i),
      },
      ...{
        amount: formatAmount(line.amount),
        balance: line.balance === null ? '' : formatAmount(line.balance),
      },
    })),
    ...{ more: Math.max(0, lines.length - SHOWN), known: known.size, fresh: lines.length - known.size },
    problems: problems.slice(0, FAULTS).map(({ row, what }) => ({ row, what: reading.said(what) })),
    ...{ problemCount: problems.length, unread: columns === null },
    ready: columns !== null && !problems.length && lines.length > 0,
    columns: columnSelects(columns ?? draft.chosen, draft.heads, reading),
    here: `${BANK}/statements/${draft.id}`,
  };
  await showConsole(web, {
    ...{ req, res, name: 'bank-import', title: t('bank.preview'), data, styles: ['console-finance.css'] },
    crumbs: [{ href: BANK, text: t('nav.bank') }],
    status: refused ? 422 : 200,
  });
}

const columnSelects = (columns: Columns, heads: string[], { t }: Reading) =>
  roles.map((role) => ({
    ...{ name: role, label: t(`bank.role.${role}`) },
    options: ['', ...heads].map((head) => ({
      value: head,
      text: head || '–',
      selected: head === (columns[role] ?? ''),
    })),
  }));
