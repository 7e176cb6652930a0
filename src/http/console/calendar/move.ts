import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import { movedTo, moveMessage, onceAt } from '../../../campaigns/calendar/move.ts';
import type { MessageGlance } from '../../../campaigns/overview.ts';
import { readWall } from '../../../campaigns/schedule.ts';
import { Refusal } from '../../../errors.ts';
import { instantOf } from '../../../zones.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { crumbsTo, messageOf } from '../campaigns/plan.ts';
import { backTo, leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { PATH } from './address.ts';

interface Wish {
  day: string;
  time: string;
  back: string;
}

/** Asks where a message is moved to, and says first what becomes of its approval. */
export const askMove: Handler = (web) => async (req, res) => {
  const text = (name: string) =>
    typeof req.query[name] === 'string' ? String(req.query[name]).slice(0, 500) : '';
  const message = await messageOf(web, req);
  await showMove(web, {
    req,
    res,
    message,
    wish: { day: text('day'), time: text('time'), back: text('back') },
  });
};

/** What was approved is moved only by the page that says what it costs; a dragged entry is led there. */
export const move: Handler = (web) => async (req, res) => {
  const message = await messageOf(web, req);
  const form = readForm(req);
  const wish = { day: form.text('day'), time: form.text('time'), back: form.text('back') };
  if (message.approval && form.text('confirmed') !== '1') {
    res.redirect(303, `${PATH}/messages/${message.id}/move?${new URLSearchParams({ ...wish })}`);
    return;
  }
  await orAgain(
    async () => {
      const user = { ...staffOf(res).user, disabledAt: null };
      const seen = { messageId: message.id, user, revision: Number(form.text('revision')) };
      const place = { day: wish.day, time: wish.time || undefined, zone: readingOf(req, res).zone };
      const { withdrawn } = await moveMessage(web.ground, seen, place);
      leadOn(res, backTo(wish.back, PATH), withdrawn ? 'calendar-moved-anew' : 'calendar-moved');
    },
    (refusal) => showMove(web, { req, res, message, wish, refusal }),
  );
};

interface Shown {
  req: Request;
  res: Response;
  message: MessageGlance;
  wish: Wish;
  refusal?: Refusal;
}

async function showMove(web: Web, { req, res, message, wish, refusal }: Shown): Promise<void> {
  const reading = readingOf(req, res);
  const standing = placeOf(reading, message, wish);
  const data = {
    ...{ message, path: `${PATH}/messages/${message.id}/move`, back: backTo(wish.back, PATH) },
    ...standing,
    refused: refusal ? reading.said(refusal) : standing.refused,
    approval: message.approval,
  };
  await showConsole(web, {
    ...{ req, res, name: 'calendar-move', title: reading.t('calendar.move'), data },
    ...{ crumbs: await crumbsTo(web, reading, message), styles: ['console-calendar.css'] },
    status: refusal ? 422 : 200,
  });
}

/** Where it stands and where it would stand, or why it cannot be moved. */
function placeOf(reading: Reading, message: MessageGlance, wish: Wish) {
  const none = { from: null, to: null, day: wish.day, time: wish.time, refused: null };
  try {
    const from = onceAt(message);
    const own = DateTime.fromJSDate(from, { zone: reading.zone });
    const day = wish.day || (own.toISODate() ?? '');
    const time = wish.time || own.toFormat('HH:mm');
    const { at, zone } = movedTo(message, { day, time: wish.time || undefined, zone: reading.zone });
    const to = instantOf(readWall(at), zone);
    return { ...none, from, to: to.getTime() === from.getTime() ? null : to, day, time };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...none, refused: reading.said(error) };
  }
}
