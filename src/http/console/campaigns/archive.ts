import { archiveCampaign, restoreCampaign } from '../../../campaigns/efforts.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { leadOn, orAgain } from '../shell.ts';
import { showCampaign } from './page.ts';

/** Puts a campaign away; why it cannot be is said on its page. */
export const archive: Handler = (web) => (req, res) => {
  const id = String(req.params.id);
  return orAgain(
    async () => {
      await archiveCampaign(web.ground, id, staffOf(res).user);
      leadOn(res, `/console/campaigns/${id}`, 'campaign-archived');
    },
    (refusal) => showCampaign(web, { req, res, refusal }),
  );
};

export const restore: Handler = (web) => async (req, res) => {
  const id = String(req.params.id);
  await restoreCampaign(web.ground, id, staffOf(res).user);
  leadOn(res, `/console/campaigns/${id}`, 'campaign-restored');
};
