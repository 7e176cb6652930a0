import type { Request } from 'express';
import { DateTime } from 'luxon';
import { type AuditLine, type AuditSearch, searchAudit } from '../../../access/audit-search.ts';
import { emailsOf } from '../../../access/users.ts';
import { csvCell } from '../../../contacts/csv/rejects.ts';
import type { Route } from '../../routes.ts';
import { INSPECTORS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { readingOf, showConsole } from '../shell.ts';

const AUDIT = '/console/audit';
const SHOWN = 50;
/** A page of the export, and the most it holds; who needs more narrows the days. */
const EXPORT_PAGE = 1000;
const EXPORT_MOST = 100_000;

/** The filters as they stand in the address. */
type Filters = Record<'actor' | 'action' | 'subject' | 'since' | 'until', string>;

const filtersOf = (req: Request): Filters => {
  const text = (name: string) =>
    typeof req.query[name] === 'string' ? req.query[name].trim().slice(0, 200) : '';
  return {
    ...{ actor: text('actor'), action: text('action'), subject: text('subject') },
    ...{ since: dayOr(text('since')), until: dayOr(text('until')) },
  };
};

const dayOr = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid ? text : '';

/** Days are those of the reader's zone, the last one whole. */
function searchOf(
  { actor, action, subject, since, until }: Filters,
  zone: string,
): Omit<AuditSearch, 'limit'> {
  const day = (text: string) => DateTime.fromISO(text, { zone });
  return {
    ...{ ...(actor && { actor }), ...(action && { action }), ...(subject && { subject }) },
    ...(since && { since: day(since).toJSDate() }),
    ...(until && { until: day(until).plus({ days: 1 }).toJSDate() }),
  };
}

const show: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const filters = filtersOf(req);
  const cursor =
    typeof req.query.before === 'string' && /^\d{1,18}$/.test(req.query.before) ? req.query.before : null;
  const search = { ...searchOf(filters, staffOf(res).user.zone), ...(cursor && { before: BigInt(cursor) }) };
  const found = await searchAudit(web.ground, { ...search, limit: SHOWN + 1 });
  const lines = found.slice(0, SHOWN);
  const query = new URLSearchParams(Object.entries(filters).filter(([, text]) => text));
  const at = (more: Record<string, string>, path = AUDIT) => {
    const all = new URLSearchParams([...query, ...Object.entries(more)]);
    return all.size ? `${path}?${all}` : path;
  };
  const next = found.length > SHOWN ? at({ before: lines.at(-1)?.id ?? '' }) : null;
  const data = {
    ...{
      filters,
      lines: await shownAll(web, lines),
      filtered: query.size > 0,
      csv: at({}, `${AUDIT}/export.csv`),
    },
    pager: next || cursor ? { first: cursor && at({}), next } : null,
  };
  await showConsole(web, {
    req,
    res,
    name: 'audit',
    title: reading.t('nav.audit'),
    data,
    styles: ['access.css'],
  });
};

/** Each with what it was about: a user by their address, everything else by the end of its id. */
async function shownAll(web: Web, lines: AuditLine[]) {
  const ids = lines.filter(({ subjectType }) => subjectType === 'user').map(({ subjectId }) => subjectId);
  const emails = await emailsOf(web.ground, ids);
  return lines.map(({ before, after, origin, ...line }) => ({
    ...line,
    ...{ origin: origin ?? '', before: factsOf(before), after: factsOf(after) },
    name: emails.get(line.subjectId) ?? line.subjectId.replace(/^[\da-f]{8}-[\da-f-]{15}-/, '…'),
    href: `${AUDIT}?${new URLSearchParams({ subject: `${line.subjectType}:${line.subjectId}` })}`,
  }));
}

/** What changed, as names and values; deeper things stay JSON. */
function factsOf(value: unknown): { name: string; value: string }[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return [{ name: '', value: wordOf(value) }];
  return Object.entries(value).map(([name, one]) => ({ name, value: wordOf(one) }));
}

const wordOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(wordOf).join(', ')
      : JSON.stringify(value);

const COLUMNS = ['id', 'at', 'actor', 'action', 'subject_type', 'subject_id', 'before', 'after', 'origin'];

/** The same entries as CSV, written as they are read. */
const exportCsv: Handler = (web) => async (req, res) => {
  const search = searchOf(filtersOf(req), staffOf(res).user.zone);
  res.type('text/csv').attachment('audit.csv');
  res.write(`\uFEFF${COLUMNS.join(',')}\r\n`);
  let before: bigint | undefined;
  for (let count = 0; count < EXPORT_MOST && !res.destroyed; count += EXPORT_PAGE) {
    const page = await searchAudit(web.ground, { ...search, limit: EXPORT_PAGE, ...(before && { before }) });
    res.write(page.map(csvLine).join(''));
    if (page.length < EXPORT_PAGE) break;
    before = BigInt(page.at(-1)?.id ?? 0);
  }
  res.end();
};

function csvLine({
  id,
  at,
  actor,
  action,
  subjectType,
  subjectId,
  before,
  after,
  origin,
}: AuditLine): string {
  const json = (value: unknown) => (value === null ? '' : JSON.stringify(value));
  const cells = [
    id,
    at.toISOString(),
    actor,
    action,
    subjectType,
    subjectId,
    json(before),
    json(after),
    origin ?? '',
  ];
  return `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`;
}

export const auditRoutes: Route[] = [
  { method: 'get', path: AUDIT, who: INSPECTORS, does: 'shows who did what', handle: show },
  { method: 'get', path: `${AUDIT}/export.csv`, who: INSPECTORS, does: 'gives it as CSV', handle: exportCsv },
];
