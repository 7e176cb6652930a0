import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { readAddress } from '../../../contacts/addresses.ts';
import { contactsAt } from '../../../contacts/personal.ts';
import { findSuppression, suppressAddress, unsuppressAddress } from '../../../contacts/suppress-one.ts';
import type { SuppressedAddress } from '../../../contacts/suppression.ts';
import {
  type SuppressionCursor,
  searchSuppressions,
  suppressionReasons,
  takeSuppressions,
} from '../../../contacts/suppression-search.ts';
import { Refusal } from '../../../errors.ts';
import { readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { READERS, staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { endOfDay } from './days.ts';
import { pagerOf } from './list.ts';
import { pathOf } from './one.ts';
import { addressOf, asked, optionsOf } from './reading.ts';
import { noteReason } from './words.ts';

export const SUPPRESSIONS = '/console/suppressions';
const PAGE = 50;

interface Typed {
  address: string;
  reason: string;
  until: string;
}

const EMPTY: Typed = { address: '', reason: '', until: '' };

/** What was refused, in which of the page's forms. */
export interface SuppressionFault {
  form: 'add' | 'file';
  text: string;
  typed?: Typed;
  status?: number;
}

const list: Handler = (web) => (req, res) => showSuppressions(web, { req, res });

export async function showSuppressions(
  web: Web,
  { req, res, fault }: { req: Request; res: Response; fault?: SuppressionFault },
): Promise<void> {
  const { t, said } = readingOf(req, res);
  const [q, reason] = [asked(req, 'q'), asked(req, 'reason')];
  const { rows, more, refused } = await pageOf(web, { q, reason, before: cursorIn(req) });
  const last = rows.at(-1);
  const next = more && last ? addressOf(SUPPRESSIONS, { q, reason, before: cursorOf(last) }) : null;
  const reasons = suppressionReasons.map((one) => ({ value: one, text: t(`suppressions.reason.${one}`) }));
  await showConsole(web, {
    ...{ req, res, name: 'suppressions', title: t('nav.suppressions'), styles: ['console-contacts.css'] },
    data: {
      ...{
        q,
        refused: refused && said(refused),
        rows: rows.map((row) => shown(row, t)),
        filtered: Boolean(q || reason),
      },
      ...{ fault: fault ?? null, typed: fault?.typed ?? EMPTY, imported: importedIn(req) },
      reasons: optionsOf(reasons, reason, t('console.all')),
      mayWrite: web.allows(staffOf(res).user.roles, 'post', SUPPRESSIONS),
      pager: pagerOf(asked(req, 'before') || undefined, next, () => addressOf(SUPPRESSIONS, { q, reason })),
    },
    status: fault ? (fault.status ?? 422) : refused ? 422 : 200,
  });
}

const shown = (row: SuppressedAddress, t: Reading['t']) => ({
  ...row,
  said: noteReason(t, 'suppression', row.reason),
  lift: row.value && addressOf(`${SUPPRESSIONS}/lift`, { address: row.value }),
});

async function pageOf(
  { ground }: Web,
  { q, reason, before }: { q: string; reason: string; before: SuppressionCursor | undefined },
) {
  try {
    const rows = await searchSuppressions(ground, { q, reason }, { before, limit: PAGE + 1 });
    return { rows: rows.slice(0, PAGE), more: rows.length > PAGE, refused: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { rows: [], more: false, refused: error };
  }
}

const cursorOf = ({ at, hash }: SuppressedAddress) => `${at.getTime()}.${hash}`;

function cursorIn(req: Request): SuppressionCursor | undefined {
  const [, at, hash] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(asked(req, 'before')) ?? [];
  return at && hash ? { at: new Date(Number(at)), hash } : undefined;
}

/** What the file that was just taken came to. */
function importedIn(req: Request) {
  const [rows, added] = [asked(req, 'rows'), asked(req, 'added')];
  return /^\d{1,9}$/.test(rows) && /^\d{1,9}$/.test(added)
    ? { rows: Number(rows), added: Number(added) }
    : null;
}

const add: Handler = (web) => (req, res) => {
  const { t, zone } = readingOf(req, res);
  const form = readForm(req);
  const typed = {
    address: form.text('address').trim(),
    reason: form.text('reason').trim(),
    until: form.text('until'),
  };
  const again = (text: string) => showSuppressions(web, { req, res, fault: { form: 'add', text, typed } });
  if (!typed.address) return again(t('contacts.address.missing'));
  if (/\p{Cc}/u.test(typed.reason) || typed.reason.length > 200)
    return again(t('contacts.line-too-long', { most: 200 }));
  return orAgain(
    async () => {
      const expiresAt = typed.until ? endOfDay(typed.until, zone) : undefined;
      const wish = { address: typed.address, reason: typed.reason || 'manual', expiresAt };
      await suppressAddress(web.ground, wish, staffOf(res).user.email);
      leadOn(res, SUPPRESSIONS, 'suppressed');
    },
    (refusal) => again(readingOf(req, res).said(refusal)),
  );
};

const askLift: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const address = asked(req, 'address');
  const found = await findSuppression(web.ground, address);
  const people = await contactsAt(web.ground.sql, readAddress(address));
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'suppression-lift',
      title: t('suppressions.lift'),
      styles: ['console-contacts.css'],
    },
    crumbs: [{ href: SUPPRESSIONS, text: t('nav.suppressions') }],
    data: {
      ...{ found, said: noteReason(t, 'suppression', found.reason) },
      people: people.slice(0, 20).map((one) => ({ ...one, href: pathOf(one.id) })),
      grave: found.reason === 'complaint' || found.reason === 'hardbounce' || found.reason === 'unsubscribed',
    },
  });
};

const lift: Handler = (web) => async (req, res) => {
  await unsuppressAddress(web.ground, readForm(req).text('address'), staffOf(res).user.email);
  leadOn(res, SUPPRESSIONS, 'unsuppressed');
};

const exportAll: Handler = (web) => async (_req, res) => {
  const lines = await takeSuppressions(web.ground, staffOf(res).user.email);
  res.type('text/csv; charset=utf-8').attachment('suppressions.csv');
  await pipeline(Readable.from(lines), res);
};

export const suppressionRoutes: Route[] = [
  {
    ...{ method: 'get', path: SUPPRESSIONS, who: READERS, handle: list },
    does: 'finds addresses that must not be written to',
  },
  { method: 'post', path: SUPPRESSIONS, who: WRITERS, does: 'suppresses an address', handle: add },
  {
    ...{ method: 'get', path: `${SUPPRESSIONS}/lift`, who: WRITERS, handle: askLift },
    does: 'says what it means to allow an address again',
  },
  {
    ...{ method: 'post', path: `${SUPPRESSIONS}/lift`, who: WRITERS, handle: lift },
    does: 'allows an address again',
  },
  {
    ...{ method: 'get', path: `${SUPPRESSIONS}/export`, who: READERS, handle: exportAll },
    does: 'gives all suppressions as CSV; the log says who took them',
  },
];
