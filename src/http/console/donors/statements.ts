import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { audit } from '../../../access/audit.ts';
import { mailStatement } from '../../../campaigns/statement-mails.ts';
import { Refusal } from '../../../errors.ts';
import { type Stream, streams } from '../../../giving/accounts.ts';
import { xlsxOf } from '../../../giving/books/workbook.ts';
import { financialYear, indianDay, yearsUntil } from '../../../giving/calendar.ts';
import { daysOf, type Period } from '../../../giving/statement.ts';
import { statementFor, type YearGiver, yearGivers, yearSheet } from '../../../giving/year-givers.ts';
import { formatAmount } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import { FINANCE, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { pagerOf } from '../contacts/list.ts';
import { addressOf, asked, askedId, optionsOf } from '../contacts/reading.ts';
import { streamWords } from '../gifts/words.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { DONOR_STYLES, DONORS, mailLook, PAGE, tabsOf, YEARS } from './tabs.ts';

export const list: Handler = (web) => (req, res) => show(web, { req, res });

interface Showing {
  req: Request;
  res: Response;
  refused?: string;
  /** What is shown behind a form that was refused. */
  period?: Period;
}

/** Whoever gave in a financial year, with the statement of each. */
async function show(web: Web, { req, res, refused, period: told }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const today = indianDay(web.ground.clock.now());
  const period = told ?? periodIn((name) => asked(req, name), today);
  const [q, after] = [asked(req, 'q'), askedId(req, 'after')];
  const found = await yearGivers(web.ground, period, { q, after, limit: PAGE + 1 });
  const rows = found.slice(0, PAGE);
  const place = { year: period.year, stream: period.stream, q };
  const next = found.length > PAGE ? addressOf(DONORS, { ...place, after: rows.at(-1)?.id }) : null;
  await showConsole(web, {
    ...{ req, res, name: 'donors', title: reading.t('nav.donors'), styles: DONOR_STYLES },
    status: refused ? 422 : 200,
    data: {
      ...{ tabs: tabsOf(web, { req, res }), refused: refused ?? null, q, year: period.year },
      rows: rows.map((row) => rowOf(row, period, reading)),
      years: optionsOf(
        yearsUntil(today, YEARS).map((value) => ({ value, text: value })),
        period.year,
      ),
      streams: optionsOf(
        streams.map((value) => ({ value, text: streamWords(reading.t, value) })),
        period.stream,
      ),
      stream: period.stream,
      sheet: addressOf(`${DONORS}/statements.xlsx`, { year: period.year, stream: period.stream }),
      pager: pagerOf(after, next, () => addressOf(DONORS, place)),
      mayMail: hasRole(staffOf(res), FINANCE),
    },
  });
}

function rowOf({ id, mail, amount, refunded, ...row }: YearGiver, period: Period, { t }: Reading) {
  const query = { year: period.year, stream: period.stream };
  return {
    ...{ ...row, amount: formatAmount(amount - refunded), id },
    back: refunded > 0n ? formatAmount(refunded) : null,
    paper: addressOf(`${DONORS}/${id}/statement.pdf`, query),
    action: `${DONORS}/${id}/statement`,
    mail: mail && {
      look: mailLook(mail.state),
      text: t('gifts.mail.state', { state: mail.state }),
      at: mail.at,
    },
  };
}

/** A year and a stream, as they were asked for; this year of India's where that means nothing. */
function periodIn(text: (name: string) => string, today: string): Period {
  const stream: Stream = streams.find((one) => one === text('stream')) ?? 'domestic';
  const year = text('year');
  return { year: isYear(year) ? year : financialYear(today), stream };
}

function isYear(text: string): boolean {
  try {
    return daysOf(text).length > 0;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

const asksFor = (web: Web, req: Request): Period =>
  periodIn((name) => asked(req, name), indianDay(web.ground.clock.now()));

/** One statement as it is printed; the log says who took it. */
export const paper: Handler = (web) => async (req, res) => {
  const donor = String(req.params.id);
  const period = asksFor(web, req);
  const file = await statementFor(web.ground, { donor, period });
  await note(web, res, { action: 'statement.taken', subjectType: 'donor', subjectId: donor, after: period });
  res.attachment(file.name).type('application/pdf').send(file.bytes);
};

/** The sums of everybody who gave in a year, for a spreadsheet; the log says who took it. */
export const sheet: Handler = (web) => async (req, res) => {
  const period = asksFor(web, req);
  const after = { ...period, format: 'xlsx' };
  await note(web, res, { action: 'books.exported', subjectType: 'book', subjectId: 'statements', after });
  res.attachment(`statements-${period.stream}-${period.year}.xlsx`);
  res.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  await pipeline(Readable.from(xlsxOf(yearSheet(web.ground, period))), res);
};

type Noted = { action: string; subjectType: string; subjectId: string; after: unknown };

const note = ({ ground }: Web, res: Response, entry: Noted) =>
  audit(ground.sql, { ...entry, actor: staffOf(res).user.email });

/** Mails one statement to whom it is of. */
export const mail: Handler = (web) => async (req, res) => {
  const form: Form = readForm(req);
  const period = periodIn((name) => form.text(name), indianDay(web.ground.clock.now()));
  await orAgain(
    async () => {
      const wish = { donor: String(req.params.id), period };
      await mailStatement(web.ground, wish, staffOf(res).user.email);
      leadOn(res, addressOf(DONORS, { year: period.year, stream: period.stream }), 'statement-mailed');
    },
    (refusal) => show(web, { req, res, refused: readingOf(req, res).said(refusal), period }),
  );
};
