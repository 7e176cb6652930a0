import type { Request, Response } from 'express';
import { currentPressure, setPressure } from '../../../deliveries/pressure.ts';
import { languages } from '../../../i18n.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, readingOf } from '../shell.ts';
import { fieldsOf, SETTINGS, showSettings, wholeIn } from './page.ts';

export const SENDING = `${SETTINGS}/sending`;

interface Typed {
  messages: string;
  days: string;
}

export const showSending: Handler = (web) => async (req, res) => {
  const limit = await currentPressure(web.ground.sql);
  const typed = { messages: limit ? String(limit.messages) : '', days: limit ? String(limit.days) : '' };
  await show(web, { req, res, typed });
};

/** Both fields empty take the limit away. */
export const takePressure: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const form = readForm(req);
  const typed = { messages: form.text('messages').trim(), days: form.text('days').trim() };
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
  const { t } = readingOf(req, res);
  const limit = await currentPressure(web.ground.sql);
  const data = { f: fieldsOf(['messages', 'days'], typed, errors), limit, tongues: [...languages] };
  const status = Object.keys(errors).length ? 422 : 200;
  await showSettings(web, { req, res, name: 'sending', title: t('sending.title'), data, status });
}
