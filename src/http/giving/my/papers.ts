import { Refusal } from '../../../errors.ts';
import type { Stream } from '../../../giving/accounts.ts';
import { ownsReceipt } from '../../../giving/giver.ts';
import { personalOf } from '../../../giving/personal.ts';
import { receiptFile } from '../../../giving/receipt-file.ts';
import { statementFile } from '../../../giving/statement.ts';
import { readerLanguage } from '../../../reader.ts';
import { say } from '../../../say.ts';
import { giverOf } from '../../guards.ts';
import { showPage } from '../../pages.ts';
import type { Handler } from '../../web.ts';
import { readable } from './data.ts';
import { homeOf } from './page.ts';

/** The paper of a receipt, for whoever gave it. */
export const downloadOwn: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const id = String(req.params.id);
  const owns = await ownsReceipt(ground.sql, giverOf(res), id);
  const paper = owns ? await receiptFile(ground, ground.sql, id) : null;
  if (!paper) return showPage(web, { req, res, name: 'my-gone', status: 404 });
  res.set('Content-Disposition', `attachment; filename="${paper.name}"`);
  res.type('application/pdf').send(paper.bytes);
};

/** `domestic-2026-27`: a year of a stream on one paper. */
export const downloadStatement: Handler = (web) => async (req, res) => {
  const { ground } = web;
  const [, stream, year = ''] = /^(domestic|fcra)-(\d{4}-\d{2})$/.exec(String(req.params.period)) ?? [];
  if (!stream) throw new Refusal(say`A financial year is written like 2026-27.`, 404);
  const period = { year, stream: stream as Stream };
  const paper = await statementFile(ground, ground.sql, { giver: giverOf(res), period });
  res.set('Content-Disposition', `attachment; filename="${paper.name}"`);
  res.type('application/pdf').send(paper.bytes);
};

/** All that giving keeps about a mailbox, for programs. */
export const exportOwn: Handler = (web) => async (_req, res) => {
  const data = await personalOf(web.ground.sql, giverOf(res).donors);
  res.set('Content-Disposition', 'attachment; filename="we-care-my-data.json"');
  res.type('json').send(JSON.stringify(data, null, 2));
};

/** The same, to be read. */
export const showData: Handler = (web) => async (req, res) => {
  const giver = giverOf(res);
  const language = readerLanguage(req, giver.language);
  const parts = readable(await personalOf(web.ground.sql, giver.donors), language);
  showPage(web, {
    ...{ req, res, name: 'my-data', language: giver.language },
    data: { parts, back: `${homeOf(req)}?lang=${language}`, file: `${homeOf(req)}/data.json` },
  });
};
