import type { Request, Response } from 'express';
import { readCampaign } from '../../../campaigns/efforts.ts';
import { duplicateCampaign, savePlan } from '../../../campaigns/plans/plans.ts';
import type { Refusal } from '../../../errors.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { PLANS } from './list.ts';

interface Typed {
  name: string;
  startsOn: string;
  planName: string;
}

/** A campaign once more: at once from another day, or kept for later. */
export const askDuplicate: Handler = (web) => async (req, res) => {
  const { name } = await readCampaign(web.ground.sql, String(req.params.id));
  await show(web, { req, res, typed: { name: '', startsOn: '', planName: name } });
};

export const duplicate: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const typed = { name: form.text('name').trim(), startsOn: form.text('startsOn').trim(), planName: '' };
  await orAgain(
    async () => {
      const user = { ...staffOf(res).user, disabledAt: null };
      const wish = { ...typed, campaignId: String(req.params.id) };
      const { campaignId, untimed } = await duplicateCampaign(web.ground, user, wish);
      leadOn(res, `/console/campaigns/${campaignId}`, untimed.length ? 'plans-untimed' : 'plans-used');
    },
    (refusal) => show(web, { req, res, typed, refusal }),
  );
};

export const keep: Handler = (web) => async (req, res) => {
  const planName = readForm(req).text('planName').trim();
  await orAgain(
    async () => {
      const user = { ...staffOf(res).user, disabledAt: null };
      await savePlan(web.ground, user, { campaignId: String(req.params.id), name: planName });
      leadOn(res, PLANS, 'plans-kept');
    },
    (refusal) => show(web, { req, res, typed: { name: '', startsOn: '', planName }, refusal }),
  );
};

async function show(
  web: Web,
  { req, res, typed, refusal }: { req: Request; res: Response; typed: Typed; refusal?: Refusal },
): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const campaign = await readCampaign(web.ground.sql, String(req.params.id));
  const data = { campaign, typed, refused: refusal ? reading.said(refusal) : null };
  await showConsole(web, {
    ...{ req, res, name: 'campaign-duplicate', title: t('plans.again'), data },
    crumbs: [
      { href: '/console/campaigns', text: t('nav.campaigns') },
      { href: `/console/campaigns/${campaign.id}`, text: campaign.name },
    ],
    ...{ styles: ['console-campaigns.css'], status: refusal ? 422 : 200 },
  });
}
