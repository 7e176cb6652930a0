import type { Request, Response } from 'express';
import { ZodError } from 'zod';
import {
  lookings,
  type OccasionPolicy,
  occasionPolicy,
  setOccasionPolicy,
} from '../../../pages/occasions/policy.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { SETTINGS, showSettings } from '../settings/page.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';

export const POLICY = `${SETTINGS}/occasions`;

interface Shown {
  req: Request;
  res: Response;
  look: OccasionPolicy['look'];
  names: string;
  fault?: string;
  refused?: string;
}

/** Whether pages of families are looked at before guests see them, and which names are no family's. */
export const showPolicy: Handler = (web) => async (req, res) => {
  const { look, knownNames } = await occasionPolicy(web.ground.sql);
  await show(web, { req, res, look, names: knownNames.join('\n') });
};

async function show(web: Web, { req, res, look, names, fault, refused }: Shown): Promise<void> {
  const { t } = readingOf(req, res);
  const data = {
    looks: lookings.map((value) => ({
      ...{ value, checked: value === look, text: t(`occasions.policy.${value}`) },
      help: t(`occasions.policy.${value}.help`),
    })),
    ...{ names, fault: fault ?? null, refused: refused ?? null },
  };
  const status = fault || refused ? 422 : 200;
  await showSettings(web, {
    req,
    res,
    name: 'occasions',
    title: t('settings.occasions.title'),
    data,
    status,
  });
}

export const takePolicy: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const look = lookings.find((one) => one === form.text('look')) ?? 'before';
  const names = form.long('names');
  const knownNames = [...new Set(names.split(/\r?\n/).map((name) => name.trim()))].filter(Boolean);
  const again = (more: Partial<Shown>) => show(web, { req, res, look, names, ...more });
  await orAgain(
    async () => {
      try {
        await setOccasionPolicy(web.ground, { look, knownNames }, { ...staffOf(res).user, disabledAt: null });
      } catch (error) {
        if (!(error instanceof ZodError)) throw error;
        return again({ fault: readingOf(req, res).t('occasions.policy.names.wrong') });
      }
      leadOn(res, POLICY, 'occasion-policy');
    },
    (refusal) => again({ refused: readingOf(req, res).said(refusal) }),
  );
};
