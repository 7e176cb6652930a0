import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import { absenceOf, listApprovers, setAway } from '../../../access/absence.ts';
import { reminderHours, setReminderHours } from '../../../campaigns/approval-mails.ts';
import { openRequests, type RequestLine } from '../../../campaigns/request-list.ts';
import { nextDue } from '../../../campaigns/schedule.ts';
import { inWords } from '../../../campaigns/words.ts';
import type { Refusal } from '../../../errors.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';

const PATH = '/console/approvals';
const SHOWN = 25;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export const approvals: Handler = (web) => (req, res) => showApprovals(web, { req, res });

/** Until the end of a day by the clocks of whoever goes; an empty day says that they are back. */
export const away: Handler = (web) => (req, res) => {
  const form = readForm(req);
  return orAgain(
    async () => {
      const { id, email, zone } = staffOf(res).user;
      const day = form.text('until');
      const until = day ? DateTime.fromISO(day, { zone }).endOf('day') : null;
      const deputyId = UUID.test(form.text('deputy')) ? form.text('deputy') : null;
      await setAway(
        web.ground,
        { userId: id, until: until?.isValid ? until.toJSDate() : null, deputyId },
        email,
      );
      leadOn(res, PATH, until ? 'away' : 'back');
    },
    (refusal) => showApprovals(web, { req, res, refusal }),
  );
};

export const setReminders: Handler = (web) => (req, res) => {
  const form = readForm(req);
  return orAgain(
    async () => {
      const hours = {
        remindHours: Number(form.text('remind')),
        escalateHours: Number(form.text('escalate')),
      };
      await setReminderHours(web.ground, hours, staffOf(res).user.email);
      leadOn(res, PATH, 'saved');
    },
    (refusal) => showApprovals(web, { req, res, refusal }),
  );
};

/** What waits for somebody's decision, the oldest first. */
async function showApprovals(
  web: Web,
  { req, res, refusal }: { req: Request; res: Response; refusal?: Refusal },
): Promise<void> {
  const reading = readingOf(req, res);
  const { user } = staffOf(res);
  const after =
    typeof req.query.after === 'string' && UUID.test(req.query.after) ? req.query.after : undefined;
  const rows = await openRequests(web.ground, { after, limit: SHOWN + 1 });
  const shown = rows.slice(0, SHOWN);
  const next = rows.length > SHOWN ? `${PATH}?after=${shown.at(-1)?.id}` : null;
  const own = await absenceOf(web.ground, user.id);
  const approvers = await listApprovers(web.ground);
  const data = {
    rows: shown.map((row) => rowOf(reading, row, { userId: user.id, now: web.ground.clock.now() })),
    pager: next || after ? { first: after ? PATH : null, next } : null,
    hours: await reminderHours(web.ground.sql),
    absence: {
      ...own,
      day: own.awayUntil ? DateTime.fromJSDate(own.awayUntil, { zone: user.zone }).toISODate() : '',
    },
    deputies: approvers
      .filter(({ id }) => id !== user.id)
      .map(({ id, name }) => ({ value: id, text: name, selected: id === own.deputyId })),
    mayAway: web.allows(user.roles, 'post', `${PATH}/away`),
    mayRemind: web.allows(user.roles, 'post', `${PATH}/reminders`),
    refused: refusal ? reading.said(refusal) : null,
  };
  await showConsole(web, {
    ...{ req, res, name: 'approvals', title: reading.t('approval.list'), data, status: refusal ? 422 : 200 },
    crumbs: [{ href: '/console/campaigns', text: reading.t('nav.campaigns') }],
    styles: ['console-campaigns.css'],
  });
}

function rowOf({ language }: Reading, row: RequestLine, { userId, now }: { userId: string; now: Date }) {
  const deputised = Boolean(row.approverAwayUntil && row.deputyId);
  const turnId = deputised ? row.deputyId : row.approverId;
  return {
    ...row,
    name: row.message,
    turn: deputised ? row.deputy : row.approver,
    deputised,
    yours: turnId === userId,
    own: row.editedBy === userId,
    goesAt: row.schedule ? nextDue(row.schedule, now) : null,
    when: row.schedule ? inWords(row.schedule, language) : null,
  };
}
