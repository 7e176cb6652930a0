import type { Request, Response } from 'express';
import { found } from '../../../errors.ts';
import { districts } from '../../../pages/districts.ts';
import type { OccasionRow } from '../../../pages/occasions/desk.ts';
import { kindNames } from '../../../pages/occasions/kinds.ts';
import type { OccasionState } from '../../../pages/occasions/states.ts';
import { kindWords } from '../../../pages/occasions/words.ts';
import { say } from '../../../say.ts';
import type { Web } from '../../web.ts';
import { optionsOf } from '../contacts/reading.ts';
import { dayText } from '../finance.ts';
import { districtName } from '../projects/words.ts';
import type { Reading } from '../shell.ts';
import { tabsAmong } from '../tabs.ts';

export const OCCASIONS = '/console/occasions';
export const WAITING = `${OCCASIONS}/waiting`;
export const REPORTS = `${OCCASIONS}/reports`;
export const DAYS = `${OCCASIONS}/days`;
export const TOTALS = `${OCCASIONS}/totals`;
export const STYLES = ['console-contacts.css', 'console-calendar.css', 'console-occasions.css'];

export const statesInOrder: OccasionState[] = [
  ...(['waiting', 'live', 'closed', 'returned', 'refused', 'down', 'gone', 'draft'] as const),
];

const LOOKS: Record<OccasionState, string> = {
  ...{ draft: 'draft', waiting: 'deferred', returned: 'held', refused: 'failed' },
  ...{ live: 'sent', closed: 'held', down: 'failed', gone: 'draft' },
};

/** How a state looks, and its word. */
export const badgeOf = ({ t }: Pick<Reading, 't'>, state: OccasionState) => ({
  ...{ look: LOOKS[state], text: t(`occasions.state.${state}`) },
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The page of an address. @throws Refusal (404) for what is no id */
export function occasionIdOf(req: Request): string {
  const id = String(req.params.id);
  return found(UUID.test(id) ? id.toLowerCase() : null, say`There is no such page.`);
}

/** Whose day it is; the number while nobody is named, or the family has taken the names away. */
export const namesOf = ({ names, number }: Pick<OccasionRow, 'names' | 'number'>): string =>
  names.filter(Boolean).join(' & ') || number;

/** A page as a row of a table. */
export const rowOf = (row: OccasionRow, reading: Reading) => ({
  ...{ id: row.id, number: row.number, href: `${OCCASIONS}/${row.id}`, name: namesOf(row) },
  ...{ kind: kindWords(row.kind, reading.language), badge: badgeOf(reading, row.state) },
  day: dayText(row.day, reading.language),
  district: row.district ? districtName(reading, row.district) : null,
  ...{ gifts: row.gifts, askedAt: row.askedAt, unseen: row.unseen, reports: row.reports, child: row.child },
  ...{ waits: row.askedAt !== null, edited: row.askedAt !== null && row.state !== 'waiting' },
  signs: row.signs.map((sign) => reading.t(`occasions.sign.${sign.name}`)),
});

export const kindOptions = ({ t, language }: Reading, chosen: string | undefined) =>
  optionsOf(
    kindNames.map((value) => ({ value, text: kindWords(value, language) })),
    chosen,
    t('occasions.any-kind'),
  );

export const districtOptions = (reading: Reading, chosen: string | undefined) =>
  optionsOf(
    districts.map((value) => ({ value, text: districtName(reading, value) })),
    chosen,
    reading.t('occasions.any-district'),
  );

const TABS = [
  [OCCASIONS, 'occasions.tab.all'],
  [WAITING, 'occasions.tab.waiting'],
  [REPORTS, 'occasions.tab.reports'],
  [DAYS, 'occasions.tab.days'],
  [TOTALS, 'occasions.tab.totals'],
] as const;

/** The pages of this part of the console. */
export const tabsOf = (web: Web, asked: { req: Request; res: Response }) => tabsAmong(TABS, web, asked);
