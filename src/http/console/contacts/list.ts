import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { browseContacts, countContacts, type Listed, listedContacts } from '../../../contacts/browse.ts';
import { exportContacts } from '../../../contacts/export.ts';
import { legacyReading } from '../../../contacts/legacy-malayalam.ts';
import { findContacts } from '../../../contacts/search.ts';
import { Refusal } from '../../../errors.ts';
import type { Route } from '../../routes.ts';
import { READERS, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { readingOf, showConsole } from '../shell.ts';
import { addressOf, asked, askedId, filterChoices, filterIn } from './reading.ts';

export const CONTACTS = '/console/contacts';
const PAGE = 50;

const list: Handler = (web) => async (req, res) => {
  const here = readingOf(req, res);
  const { t, said } = here;
  const [q, filter] = [asked(req, 'q'), filterIn(req)];
  const before = askedId(req, 'before');
  const typed = { q, ...filter };
  const { refused, ...page } = await pageOf(web, { q, filter, before });
  const last = page.rows.at(-1)?.id;
  const reading = legacyReading(q);
  await showConsole(web, {
    ...{ req, res, name: 'contacts', title: t('nav.contacts') },
    ...{ styles: ['console-contacts.css'], status: refused ? 422 : 200 },
    data: {
      ...{
        q,
        refused: refused && said(refused),
        rows: page.rows.map(shown),
        searched: Boolean(q),
        most: PAGE,
      },
      ...{ full: Boolean(q) && page.rows.length === PAGE, filtered: Object.values(filter).some(Boolean) },
      ...(await filterChoices(web, filter, here)),
      total: await countContacts(web.ground.sql),
      legacy: reading && { reading, href: addressOf(CONTACTS, { ...typed, q: reading }) },
      mayWrite: web.allows(staffOf(res).user.roles, 'post', CONTACTS),
      exportHref: q ? null : addressOf(`${CONTACTS}/export`, { ...filter }),
      pager: pagerOf(before, page.more && last ? addressOf(CONTACTS, { ...typed, before: last }) : null, () =>
        addressOf(CONTACTS, typed),
      ),
    },
  });
};

/** Links to the pages around; null where there is but one. */
export const pagerOf = (before: string | undefined, next: string | null, first: () => string) =>
  before || next ? { first: before ? first() : null, next } : null;

interface Asking {
  q: string;
  filter: ReturnType<typeof filterIn>;
  before: string | undefined;
}

async function pageOf({ ground }: Web, { q, filter, before }: Asking) {
  const none = { rows: [] as Listed[], more: false };
  try {
    if (!q) {
      const rows = await browseContacts(ground, filter, { before, limit: PAGE + 1 });
      return { rows: rows.slice(0, PAGE), more: rows.length > PAGE, refused: null };
    }
    const ids = await findContacts(ground, q, { filter, limit: PAGE });
    return { rows: await listedContacts(ground.sql, ids), more: false, refused: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...none, refused: error };
  }
}

const shown = (row: Listed) => ({ ...row, href: `${CONTACTS}/${row.id}` });

const exportAll: Handler = (web) => async (req, res) => {
  const lines = await exportContacts(web.ground, filterIn(req), staffOf(res).user.email);
  res.type('text/csv; charset=utf-8').attachment('contacts.csv');
  await pipeline(Readable.from(lines), res);
};

export const listRoutes: Route[] = [
  {
    ...{ method: 'get', path: CONTACTS, who: READERS, handle: list },
    does: 'finds contacts',
  },
  {
    ...{ method: 'get', path: `${CONTACTS}/export`, who: READERS, handle: exportAll },
    does: 'gives the contacts of a filter as CSV; the log says who took them',
  },
];
