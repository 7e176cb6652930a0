import type { Request, Response } from 'express';
import { defaultZone, saidZone, saveDefaultZone } from '../../../access/default-zone.ts';
import { currentPressure, setPressure } from '../../../deliveries/pressure.ts';
import { formatMoment, languages } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { OFFERED } from '../access/zones.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { fieldsOf, SETTINGS, showSettings, wholeIn } from './page.ts';

export const SENDING = `${SETTINGS}/sending`;

interface Typed {
  messages: string;
  days: string;
  zone: string;
}

export const showSending: Handler = (web) => async (req, res) => {
  await show(web, { req, res, typed: await typedOf(web) });
};

async function typedOf({ ground }: Web): Promise<Typed> {
  const limit = await currentPressure(ground.sql);
  const pressure = { messages: limit ? String(limit.messages) : '', days: limit ? String(limit.days) : '' };
  return { ...pressure, zone: (await saidZone(ground.sql)) ?? '' };
}

/** An empty field leaves the zone to the environment. */
export const takeZone: Handler = (web) => async (req, res) => {
  const zone = readForm(req).text('zone').trim();
  await orAgain(
    async () => {
      await saveDefaultZone(web.ground, zone, staffOf(res).user.email);
      leadOn(res, SENDING, 'saved');
    },
    async (refusal) => {
      const errors = { zone: readingOf(req, res).said(refusal) };
      return show(web, { req, res, typed: { ...(await typedOf(web)), zone }, errors });
    },
  );
};

/** Both fields empty take the limit away. */
export const takePressure: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const form = readForm(req);
  const pressure = { messages: form.text('messages').trim(), days: form.text('days').trim() };
  const typed = { ...(await typedOf(web)), ...pressure };
  const none = !typed.messages && !typed.days;
  const [messages, days] = [wholeIn(typed.messages, [1, 1000]), wholeIn(typed.days, [1, 365])];
  const errors = none
    ? {}
    : {
        ...(!messages && { messages: t('sending.wrong.messages') }),
        ...(!days && { days: t('sending.wrong.days') }),
      };
  if (Object.keys(errors).length) return show(web, { req, res, typed, errors });
  const wish = messages && days ? { messages, days } : null;
  await setPressure(web.ground, wish, staffOf(res).user.email);
  leadOn(res, SENDING, 'saved');
};

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  errors?: Partial<Typed>;
}

async function show(web: Web, { req, res, typed, errors = {} }: Shown): Promise<void> {
  const { t, language } = readingOf(req, res);
  const limit = await currentPressure(web.ground.sql);
  const zone = await defaultZone(web.ground);
  const data = {
    ...{ f: fieldsOf(['messages', 'days', 'zone'], typed, errors), limit, tongues: [...languages] },
    ...{ officeZone: zone, zones: OFFERED, fallback: web.ground.config.DEFAULT_ZONE },
    officeNow: formatMoment(web.ground.clock.now(), language, zone),
  };
  const status = Object.keys(errors).length ? 422 : 200;
  await showSettings(web, { req, res, name: 'sending', title: t('sending.title'), data, status });
}
