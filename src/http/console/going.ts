import type { Going } from '../../campaigns/going.ts';
import type { MessageKey } from '../../i18n.ts';

const LOOKS: Record<Going['state'], string> = {
  ...{
    draft: 'planned',
    planned: 'planned',
    approved: 'planned',
    unapproved: 'deferred',
    freezing: 'sending',
  },
  ...{ running: 'sending', paused: 'held', finished: 'sent', cancelled: 'failed', late: 'deferred' },
  asked: 'deferred',
};

/** How a state of what goes out looks as a badge, and the key of its word. */
export const goingBadge = (state: Going['state']): { look: string; stateKey: MessageKey } => ({
  look: LOOKS[state],
  stateKey: `home.state.${state}`,
});
