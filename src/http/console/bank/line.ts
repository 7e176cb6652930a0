import type { Request, Response } from 'express';
import { confirmMatch, explainLine, otherKinds, readLine, releaseLine } from '../../../giving/bank/lines.ts';
import { formatAmount } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { dayText } from '../finance.ts';
import { OFFLINE } from '../offline/form.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { BANK, HREFS, showLines } from './lines.ts';

export const line: Handler = (web) => (req, res) => show(web, { req, res });

const deed =
  (work: (web: Web, asked: { line: string; form: Form; actor: string }) => Promise<void>): Handler =>
  (web) =>
  (req, res) => {
    const form = readForm(req);
    return orAgain(
      async () => {
        await work(web, { line: String(req.params.id), form, actor: staffOf(res).user.email });
        leadOn(res, BANK, 'line-explained');
      },
      (refusal) => show(web, { req, res, refused: readingOf(req, res).said(refusal), form }),
    );
  };

export const match = deed(({ ground }, { form, ...rest }) =>
  confirmMatch(ground, { ...rest, kind: form.text('kind'), id: form.text('id') }),
);

export const other = deed(({ ground }, { form, ...rest }) =>
  explainLine(ground, {
    ...{ ...rest, note: form.text('note') },
    as: otherKinds.find((one) => one === form.text('as')) ?? 'other',
  }),
);

/** Opens a line again that was matched wrongly. */
export const release: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      await releaseLine(web.ground, { line: String(req.params.id), actor: staffOf(res).user.email });
      leadOn(res, BANK, 'line-released');
    },
    (refusal) => showLines(web, { req, res, refused: readingOf(req, res).said(refusal) }),
  );

async function show(
  web: Web,
  { req, res, refused, form }: { req: Request; res: Response; refused?: string; form?: Form },
): Promise<void> {
  const { t, language } = readingOf(req, res);
  const open = await readLine(web.ground, String(req.params.id));
  const ways =
    open.amount < 0n ? [] : open.stream === 'fcra' ? (['wire'] as const) : (['bank', 'mobile'] as const);
  const fitting = otherKinds.filter((one) => (one === 'charge') === open.amount < 0n);
  const data = {
    ...{
      words: open.words,
      reference: open.reference,
      amount: formatAmount(open.amount),
      refused: refused ?? null,
    },
    ...{
      day: dayText(open.day, language),
      streamText: t(`bank.account.${open.stream}`),
      here: `${BANK}/lines/${open.id}`,
    },
    matches: open.matches.map(({ kind, id, day, why, posted }) => ({
      ...{ kind, id, posted, why: t(`bank.why.${why}`), look: why === 'reference' ? 'sent' : 'deferred' },
      ...{
        text: t('bank.candidate', { kind, day: dayText(day, language) }),
        sure: why === 'reference',
        deed: t(posted ? 'bank.match' : kind === 'bounce' ? 'bank.match.bounce' : 'bank.match.realise'),
        href: HREFS[kind] ? `${HREFS[kind]}/${id}` : null,
      },
    })),
    ways: ways.map((kind) => ({
      ...{ text: t(`offline.kind.${kind}`), href: `${OFFLINE}/new?kind=${kind}&line=${open.id}` },
    })),
    others: fitting.map((value) => ({
      value,
      text: t(`bank.other.${value}`),
      selected: form?.text('as') === value,
    })),
    sure: open.matches.some(({ why }) => why === 'reference'),
    note: form?.text('note') ?? '',
  };
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'bank-line',
      title: formatAmount(open.amount),
      data,
      styles: ['console-finance.css'],
    },
    ...{ crumbs: [{ href: BANK, text: t('nav.bank') }], status: refused ? 422 : 200 },
  });
}
