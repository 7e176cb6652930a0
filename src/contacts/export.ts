import { audit } from '../access/audit.ts';
import type { Ground } from '../ground.ts';
import { type BrowseFilter, browseContacts, type Listed } from './browse.ts';
import { csvCell } from './csv/rejects.ts';
import { findList } from './lists.ts';

const COLUMNS = ['name', 'email', 'phone', 'language', 'kind', 'district', 'added', 'purposes'];
const PAGE = 1000;

/**
 * Contacts as lines of CSV that an import takes back, page by page, who came last first. A person who takes
 * addresses out is in the log, with the filter and without the addresses.
 * @throws Refusal (404) without such a list
 */
export async function exportContacts(
  ground: Pick<Ground, 'sql'>,
  filter: BrowseFilter,
  actor: string,
): Promise<AsyncGenerator<string>> {
  if (filter.list !== undefined) await findList(ground.sql, filter.list);
  const subject = { subjectType: 'contact', subjectId: 'all' };
  await audit(ground.sql, { actor, action: 'contacts.exported', ...subject, after: filter });
  return lines(ground, filter);
}

async function* lines(ground: Pick<Ground, 'sql'>, filter: BrowseFilter): AsyncGenerator<string> {
  // Excel takes a file without the mark for something else than UTF-8.
  yield `\ufeff${COLUMNS.join(',')}\r\n`;
  for (let before: string | undefined; ; ) {
    const page = await browseContacts(ground, filter, { before, limit: PAGE });
    if (page.length) yield page.map(toLine).join('');
    if (page.length < PAGE) return;
    before = page.at(-1)?.id;
  }
}

function toLine(row: Listed): string {
  const at = (channel: string) => row.addresses.find((one) => one.channel === channel)?.value ?? '';
  const cells = [row.name, at('email'), at('sms'), row.language ?? '', row.kind, row.district ?? ''];
  const all = [...cells, new Date(row.addedAt).toISOString(), row.given.join(' ')];
  return `${all.map((cell) => csvCell(cell)).join(',')}\r\n`;
}
