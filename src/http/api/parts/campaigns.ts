import { z } from 'zod';
import type { User } from '../../../access/users.ts';
import { createCampaign } from '../../../campaigns/campaigns.ts';
import { cancelCampaign, pauseCampaign, resumeCampaign } from '../../../campaigns/control.ts';
import { addCampaign } from '../../../campaigns/efforts.ts';
import { campaignStatus, listCampaigns } from '../../../campaigns/status.ts';
import type { Ground } from '../../../ground.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, line, moment, paged, pageOf, sliced } from '../schemas.ts';
import { messageFields, messageShape, newContents } from './message-shapes.ts';
import { progress } from './run-shapes.ts';

const tag = 'Campaigns';
const campaign = {
  id,
  name: z.string(),
  goal: z.string().nullable(),
  createdAt: moment,
};
const Campaign = z
  .strictObject({ campaign: z.strictObject(campaign), messages: z.array(messageShape) })
  .meta({
    id: 'Campaign',
    description: 'One effort with a goal; its messages with their approvals, dates and latest runs',
  });
const row = z.strictObject({ ...campaign, messages: count, openRuns: count });
const made = z.strictObject({ id, messageId: id.nullable(), warnings: z.array(z.string()) });

const emptyCampaign = (
  ground: Ground,
  { name, goal = null }: { name: string; goal?: string | null | undefined },
  user: User,
): Promise<string> => {
  const nothing = { startsOn: null, endsOn: null, beneficiary: null, ownerId: user.id };
  return addCampaign(ground, { name, goal, beneficiaryKind: 'fund', ...nothing }, user);
};

export const campaignOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/campaigns', id: 'listCampaigns', tag, scope: 'campaigns:read' },
    does: 'List the campaigns, newest first',
    query: paged({}),
    answer: pageOf(row),
    handle: async ({ ground, query }) => sliced(await listCampaigns(ground), query, (one) => one.id),
  }),
  operation({
    ...{ method: 'post', path: '/campaigns', id: 'createCampaign', tag, scope: 'campaigns:write' },
    does: 'Make a campaign with a message, or an empty one',
    says: 'Neither scheduled nor approved yet. `warnings` are sentences for the author. Posts and messages to telephones are added to one that is there.',
    body: z.strictObject({
      name: line(200).meta({ example: 'Onam appeal 2026' }),
      goal: line(500).optional(),
      message: z.strictObject({ ...messageFields, contents: newContents }).optional(),
    }),
    status: 201,
    answer: made,
    refuses: [404, 409],
    handle: async ({ ground, body, caller }) => {
      const { message, ...about } = body;
      if (!message)
        return { id: await emptyCampaign(ground, about, caller.user), messageId: null, warnings: [] };
      const { campaignId, ...rest } = await createCampaign(ground, { ...about, message }, caller.user);
      return { id: campaignId, ...rest };
    },
  }),
  operation({
    ...{ method: 'get', path: '/campaigns/{id}', id: 'readCampaign', tag, scope: 'campaigns:read' },
    does: 'All about a campaign: messages, approvals, runs and how far these are',
    params: idParams,
    answer: Campaign,
    refuses: [404],
    handle: async ({ ground, params }) => {
      const { campaign: about, messages } = await campaignStatus(ground, params.id);
      return { campaign: about, messages: messages.map((message) => ({ ...message })) };
    },
  }),
  operation({
    ...{ method: 'put', path: '/campaigns/{id}/pause', id: 'pauseCampaign', tag, scope: 'campaigns:control' },
    does: 'Stop sending for now',
    params: idParams,
    answer: z.strictObject({ runs: z.array(progress) }),
    refuses: [404, 409],
    handle: async ({ ground, params, editor }) => {
      const { campaign: about } = await campaignStatus(ground, params.id);
      return { runs: await pauseCampaign(ground, about.id, editor) };
    },
  }),
  operation({
    ...{
      method: 'delete',
      path: '/campaigns/{id}/pause',
      id: 'resumeCampaign',
      tag,
      scope: 'campaigns:control',
    },
    does: 'Go on exactly where it stopped',
    params: idParams,
    answer: z.strictObject({ runs: z.array(progress) }),
    refuses: [404, 409],
    handle: async ({ ground, params, editor }) => {
      const { campaign: about } = await campaignStatus(ground, params.id);
      return { runs: await resumeCampaign(ground, about.id, editor) };
    },
  }),
  operation({
    ...{ method: 'post', path: '/campaigns/{id}/cancellation', id: 'cancelCampaign', tag },
    scope: 'campaigns:control',
    does: 'End a campaign for good, and take its schedules away',
    says: 'The answer tells what had gone; it cannot be called back.',
    params: idParams,
    answer: z.strictObject({ ended: z.array(progress), takenBack: z.array(moment), unscheduled: count }),
    refuses: [404, 409],
    handle: async ({ ground, params, editor }) => {
      const { campaign: about } = await campaignStatus(ground, params.id);
      return cancelCampaign(ground, about.id, editor);
    },
  }),
];
