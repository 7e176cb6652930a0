import type { Request, Response } from 'express';
import type { Web } from '../../web.ts';
import { tabsAmong } from '../tabs.ts';

export const DONORS = '/console/donors';
export const MONTHLY = `${DONORS}/monthly`;
export const CARDS = `${DONORS}/cards`;
export const ERASURES = `${DONORS}/erasures`;
export const TAX = `${DONORS}/tax`;
export const DONOR_STYLES = ['console-contacts.css', 'console-gifts.css', 'console-finance.css'];
/** So many financial years back can be chosen. */
export const YEARS = 6;
/** Rows of a page of a list. */
export const PAGE = 50;

const TABS = [
  [DONORS, 'donors.tab.statements'],
  [MONTHLY, 'donors.tab.monthly'],
  [CARDS, 'donors.tab.cards'],
  [ERASURES, 'donors.tab.erasures'],
  [TAX, 'donors.tab.tax'],
] as const;

/** What donors wish and get, one page each, as far as the reader may open them. */
export const tabsOf = (web: Web, asked: { req: Request; res: Response }) => tabsAmong(TABS, web, asked);

/** How the mail of something stands: its look, and its word for the catalogue. */
export const mailLook = (state: string): string =>
  ({ sent: 'sent', waiting: 'planned', sending: 'sending', unknown: 'unknown' })[state] ?? 'failed';
