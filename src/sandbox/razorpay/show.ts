import type { Request, RequestHandler, Response } from 'express';
import { formatAmount, type Language, translate } from '../../i18n.ts';
import { askedLanguage, otherLanguage, readerLanguage } from '../../reader.ts';
import type { Pages } from '../../render.ts';
import { Refused } from './refused.ts';
import type { Vendor } from './vendor.ts';

/** The vendor with what its pages stand on. */
export type House = Vendor & { pages: Pages };

interface Shown {
  template: 'checkout' | 'bank' | 'wait' | 'done' | 'desk';
  /** A key. */
  title: string;
  values?: Record<string, string>;
  data: Record<string, unknown>;
  status?: number;
  /** For the page around this one, when this is in a frame. */
  message?: object;
  /** Looks again in a moment. */
  refresh?: boolean;
  /** Another language by a link, where the page was asked for by its address. */
  switches?: boolean;
  /** Where it is known otherwise than by the address. */
  language?: Language | undefined;
}

/** A page of the stand-in, in the language of whoever reads it. */
export function show({ pages }: House, req: Request, res: Response, shown: Shown): void {
  const language = askedLanguage(req) ?? shown.language ?? readerLanguage(req);
  const other = otherLanguage(language);
  const html = pages.render({
    ...{ template: `practice-${shown.template}`, layout: 'practice', language },
    title: translate(language, shown.title, shown.values),
    data: {
      ...{ ...shown.data, other, wide: shown.template === 'desk', refresh: shown.refresh ?? false },
      otherHref: shown.switches ? withLanguage(req.originalUrl, other) : null,
      tells: shown.message ? JSON.stringify(shown.message) : null,
    },
  });
  res
    .status(shown.status ?? 200)
    .type('html')
    .send(html);
}

/** An address that keeps the language that was asked for. */
export const kept = (req: Request, address: string): string => {
  const language = askedLanguage(req);
  return language ? withLanguage(address, language) : address;
};

function withLanguage(address: string, language: string): string {
  const url = new URL(address, 'http://stand-in.test');
  url.searchParams.set('lang', language);
  return `${url.pathname}${url.search}`;
}

export const rupees = (paise: number): string => formatAmount(BigInt(paise));

/** What a form or an address holds under a name, as one text. */
export function word(from: unknown, name: string): string {
  const value = from && typeof from === 'object' && Object.hasOwn(from, name) ? (from as never)[name] : '';
  return typeof value === 'string' ? value.slice(0, 2000) : '';
}

/** Only http addresses are gone back to. */
export const addressIn = (text: string): string | null => (/^https?:\/\//.test(text) ? text : null);

/** A page that says why, where the interface would answer in JSON. */
export const orRefuse =
  (house: House, act: (req: Request, res: Response) => void): RequestHandler =>
  (req, res) => {
    try {
      act(req, res);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const data = { state: 'failed', sign: 'failed', words: 'practice.refused', href: null, amount: '' };
      const language = readerLanguage(req);
      const reason = translate(language, 'practice.refused.text', { reason: error.message });
      show(house, req, res, {
        ...{ template: 'done', title: 'practice.refused', status: error.status },
        data: { ...data, textless: true, reason },
      });
    }
  };
