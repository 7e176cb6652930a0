import type { Request } from 'express';
import { networkOf } from '../../../access/network.ts';
import { indianDay } from '../../../giving/calendar.ts';
import { kindNames, occasionKinds } from '../../../pages/occasions/kinds.ts';
import { beginOccasion } from '../../../pages/occasions/make.ts';
import { listShown } from '../../../pages/occasions/shown.ts';
import { dayWords, kindWord, whoseOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { makingPath, occasionPath } from '../address.ts';

/** Pages that everybody may find: those whose day is near. */
const PAGES = 24;

/** What a page of a family is, every kind of day, and pages of these days. */
export const showStart: Handler = (web) => async (req, res) => {
  const language = readerLanguage(req);
  const today = indianDay(web.ground.clock.now());
  const pages = await listShown(web.ground.sql, { today, limit: PAGES });
  const card = (name: string) => ({
    name,
    words: kindWord(language, name, 'name'),
    lede: kindWord(language, name, 'lede'),
  });
  const of = (memory: boolean) =>
    occasionKinds.filter(({ mood }) => (mood === 'memory') === memory).map(({ name }) => card(name));
  showPage(web, {
    ...{ req, res, name: 'occasion-start' },
    data: {
      ...{ joy: of(false), memory: of(true), touch: touchOf(req.query.touch), section: 'occasions' },
      ...{ sheet: 'occasion-make.css', mood: 'joy' },
      pages: pages.map((page) => ({
        ...{ href: occasionPath(page.code), names: whoseOf(page, language), kind: page.kind },
        ...{ words: kindWord(language, page.kind, 'name'), day: dayWords(page.content, language) },
      })),
    },
  });
};

/** A signed word of our own links; whoever reads it later checks the signature. */
const touchOf = (touch: unknown) =>
  typeof touch === 'string' && /^[\w.~-]{1,200}$/.test(touch) ? touch : '';

/** Begins a page of a kind, whose address is from now on where its family goes on with it. */
export const begin: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const language = readerLanguage(req);
  const kind = form.text('kind');
  if (!kindNames.includes(kind)) return res.redirect(303, `/occasions?lang=${language}`);
  const touch = touchOf(form.text('touch')) || null;
  const { token } = await beginOccasion(web.ground, { kind, language, touch, madeFrom: madeFrom(web, req) });
  res.redirect(303, `${makingPath(token)}?lang=${language}`);
};

/** By it many pages from one place are noticed; a keyed hash. */
const madeFrom = ({ ground }: Web, req: Request): string =>
  ground.keys
    .sign('rate-limit', Buffer.from(`occasion ${networkOf(req.ip ?? '')}`), 15)
    .toString('base64url');
