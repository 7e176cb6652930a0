import { audit } from '../access/audit.ts';
import { csvCell } from '../contacts/csv/rejects.ts';
import type { AccountTotals } from '../deliveries/publications/totals.ts';
import type { Ground } from '../ground.ts';
import type { Outcome } from './outcome.ts';
import { wholeReport } from './report.ts';

const line = (cells: (string | number | null)[]): string =>
  `${cells.map((cell) => csvCell(cell === null ? '' : String(cell))).join(',')}\r\n`;
/** Excel takes UTF-8 for something else without it. */
const MARK = '\ufeff';

/** The figures of an outcome as CSV: what is counted, of what, how many. */
export function figuresCsv(
  { figures, total, visits, languages, domains, reasons, leftOut }: Outcome,
  posts: AccountTotals[] = [],
): string {
  const rows: [string, string, number][] = [
    ['audience', '', total],
    ...Object.entries(figures).map(([state, n]): [string, string, number] => ['state', state, n]),
    ...Object.entries(visits).map(([kind, n]): [string, string, number] => ['visits', kind, n]),
    ...languages.map(({ language, states }): [string, string, number] => ['sent in', language, states.sent]),
    ...domains.rows.map(({ domain, sent }): [string, string, number] => ['sent to', domain, sent]),
    ...reasons.map(({ state, reason, n }): [string, string, number] => [state, reason ?? '', n]),
    ...posts.flatMap(postRows),
    ...Object.entries(leftOut).map(([reason, n]): [string, string, number] => ['left out', reason, n]),
  ];
  return MARK + line(['figure', 'of', 'count']) + rows.map(line).join('');
}

/** What of a post is not told is no row. */
const postRows = ({
  name,
  channel: _,
  figuresAt: __,
  ...figures
}: AccountTotals): [string, string, number][] =>
  Object.entries(figures).flatMap(([figure, n]) => (n === null ? [] : [[`posts: ${figure}`, name, n]]));

const HEADS = ['no', 'contact', 'name', 'address', 'language', 'state', 'reason', 'code', 'attempts', 'at'];

/**
 * Every delivery of a run as CSV, piece by piece. Names people, so that it is audited before the first.
 * @throws Refusal (404) when there is no such run, with the first piece
 */
export async function* deliveriesCsv(
  ground: Pick<Ground, 'sql'>,
  run: bigint,
  actor: string,
): AsyncGenerator<string> {
  await audit(ground.sql, { actor, action: 'run.exported', subjectType: 'run', subjectId: String(run) });
  yield MARK + line(HEADS);
  let gathered = '';
  for await (const row of wholeReport(ground, run)) {
    const { seq, contactId, name, address, language, state, reason, code, attempts, at } = row;
    gathered += line([
      ...[seq, contactId, name, address, language, state, reason, code, attempts],
      at?.toISOString() ?? null,
    ]);
    if (gathered.length < 64 * 1024) continue;
    yield gathered;
    gathered = '';
  }
  yield gathered;
}
