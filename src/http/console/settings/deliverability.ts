import type { Request, Response } from 'express';
import { openAlarms } from '../../../deliveries/alarms.ts';
import { percent, senderRates } from '../../../deliveries/rates.ts';
import { endWarmup, listWarmups, startWarmup, USUAL, type Warmup } from '../../../deliveries/warmup.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { fieldsOf, SETTINGS, showSettings } from './page.ts';

export const DELIVERABILITY = `${SETTINGS}/deliverability`;
const FIELDS = ['domain', 'first', 'growth', 'goal'] as const;
type Typed = Partial<Record<(typeof FIELDS)[number], string>>;
const BEGIN: Typed = { first: String(USUAL.first), growth: String(USUAL.growth), goal: String(USUAL.goal) };

export const showDeliverability: Handler = (web) => (req, res) => show(web, { req, res, typed: BEGIN });

export const beginWarmup: Handler = (web) => (req, res) => {
  const form = readForm(req);
  const typed = Object.fromEntries(FIELDS.map((name) => [name, form.text(name).trim()])) as Required<Typed>;
  return orAgain(
    async () => {
      const numbers = { first: Number(typed.first), growth: Number(typed.growth), goal: Number(typed.goal) };
      const plan = { domain: typed.domain.toLowerCase(), ...numbers };
      await startWarmup(web.ground, plan, staffOf(res).user.email);
      leadOn(res, DELIVERABILITY, 'warmup-begun');
    },
    (refusal) => show(web, { req, res, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

export const finishWarmup: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      await endWarmup(web.ground, String(req.params.domain), staffOf(res).user.email);
      leadOn(res, DELIVERABILITY, 'warmup-ended');
    },
    (refusal) => show(web, { req, res, typed: BEGIN, refused: readingOf(req, res).said(refusal) }),
  );

interface Shown {
  req: Request;
  res: Response;
  typed: Typed;
  refused?: string;
}

async function show(web: Web, { req, res, typed, refused }: Shown): Promise<void> {
  const { t } = readingOf(req, res);
  const [alarms, rates, warmups] = await Promise.all([
    openAlarms(web.ground.sql),
    senderRates(web.ground),
    listWarmups(web.ground),
  ]);
  const data = {
    alarms: alarms.map((alarm) => ({ ...alarm, share: percent(alarm.count, alarm.sent).toFixed(2) })),
    rates: rates.map((rate) => ({
      ...{ ...rate, complaintShare: percent(rate.complaints, rate.sent).toFixed(2) },
      bounceShare: percent(rate.hardBounces, rate.sent).toFixed(2),
    })),
    warmups: warmups.map(warmupRow),
    ...{ f: fieldsOf(FIELDS, typed), refused: refused ?? null },
  };
  const status = refused ? 422 : 200;
  await showSettings(web, {
    req,
    res,
    name: 'deliverability',
    title: t('deliverability.title'),
    data,
    status,
  });
}

function warmupRow(warmup: Warmup) {
  const used = warmup.ceiling ? Math.min(100, (warmup.sent / warmup.ceiling) * 100) : 0;
  const days = warmup.days.slice(-14);
  return { ...warmup, days, used: Math.round(used), parts: [{ look: 'sent', x: 0, percent: used }] };
}
