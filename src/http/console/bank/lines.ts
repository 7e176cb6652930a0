import type { Request, Response } from 'express';
import { type Stream, streams } from '../../../giving/accounts.ts';
import { type BankLine, isReleasable, listLines } from '../../../giving/bank/lines.ts';
import { formatAmount } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { asked } from '../contacts/reading.ts';
import { DISBURSEMENTS } from '../disbursements/list.ts';
import { dayText, PAGE, paged } from '../finance.ts';
import { OFFLINE } from '../offline/form.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';

export const BANK = '/console/bank';

export const list: Handler = (web) => (req, res) => showLines(web, { req, res });

/** The statement’s lines; `refused` says why a file was not taken. */
export async function showLines(
  web: Web,
  { req, res, refused, status = 422 }: { req: Request; res: Response; refused?: string; status?: number },
): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const open = asked(req, 'show') !== 'explained';
  const stream = streams.find((one) => one === asked(req, 'account')) ?? 'domestic';
  const path = (show: boolean, account: Stream) =>
    `${BANK}?account=${account}${show ? '' : '&show=explained'}`;
  const after = /^\d{1,18}$/.test(asked(req, 'after')) ? asked(req, 'after') : undefined;
  const found = await listLines(web.ground, { stream, open, after, limit: PAGE + 1 });
  const { rows, pager } = paged(req, found, path(open, stream));
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', BANK);
  const data = {
    ...{
      rows: rows.map((row) => rowOf(row, reading, mayWrite)),
      pager,
      open,
      mayWrite,
      refused: refused ?? null,
    },
    tabs: ([true, false] as const).map((one) => ({
      ...{
        text: t(one ? 'bank.tab.open' : 'bank.tab.explained'),
        current: one === open,
        href: path(one, stream),
      },
    })),
    streams: streams.map((one) => ({
      text: t(`bank.account.${one}`),
      current: one === stream,
      href: path(open, one),
    })),
    accounts: streams.map((one) => ({
      value: one,
      text: t(`bank.account.${one}`),
      selected: one === stream,
    })),
    taken: takenText(req, reading),
  };
  await showConsole(web, {
    ...{ req, res, name: 'bank', title: t('nav.bank'), data, styles: ['console-finance.css'] },
    status: refused ? status : 200,
  });
}

function takenText(req: Request, { t }: Reading): string | null {
  const [lines, known, matched] = ['lines', 'known', 'matched'].map((name) => asked(req, name));
  const all = [lines, known, matched];
  if (!all.every((text) => text && /^\d{1,6}$/.test(text))) return null;
  return t('bank.taken', { lines: Number(lines), known: Number(known), matched: Number(matched) });
}

/** Where a line that is explained leads to. */
export const HREFS: Record<string, string> = { gift: OFFLINE, bounce: OFFLINE, disbursement: DISBURSEMENTS };

function rowOf({ id, matched, ...line }: BankLine, { t, language }: Reading, mayWrite: boolean) {
  const place = matched && HREFS[matched.kind];
  return {
    ...{ words: line.words, reference: line.reference, amount: formatAmount(line.amount) },
    ...{ day: dayText(line.day, language), href: mayWrite ? `${BANK}/lines/${id}` : null },
    is: matched && t('bank.kind', { kind: matched.kind }),
    isHref: place && matched.id ? `${place}/${matched.id}` : null,
    note: matched?.note ?? null,
    release: mayWrite && matched && isReleasable(matched.kind) ? `${BANK}/lines/${id}/release` : null,
  };
}
