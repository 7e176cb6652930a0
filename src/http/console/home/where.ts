import type { Staff } from '../../staff.ts';
import type { Web } from '../../web.ts';

/** Leads to what a page names, for one of the staff: null where they may not open it. */
export function whereFor(web: Web, { user }: Staff) {
  const may = (pattern: string) => web.allows(user.roles, 'get', pattern);
  const to = (pattern: string, id: string) => (may(pattern) ? pattern.replace(':id', id) : null);
  const campaign = (id: string) => to('/console/campaigns/:id', id);
  return {
    campaign,
    run: (run: string | null, campaignId: string) =>
      (run && to('/console/runs/:id', run)) ?? campaign(campaignId),
    /** Where the one message is approved, or a campaign of which several are. */
    approval: ({ messageId, campaignId }: { messageId: string | null; campaignId: string }) =>
      (messageId && to('/console/messages/:id/approval', messageId)) ?? campaign(campaignId),
    message: (id: string) => to('/console/messages/:id', id),
    contact: (id: string) => to('/console/contacts/:id', id),
    list: (id: string) => to('/console/lists/:id', id),
    refund: (id: string) => to('/console/refunds/:id', id),
    project: (id: string, part: '' | '/updates' = '') => to(`/console/projects/:id${part}`, id),
    segment: (id: string) => to('/console/segments/:id', id),
    page: (path: string) => (may(path) ? path : null),
  };
}

export type Where = ReturnType<typeof whereFor>;
