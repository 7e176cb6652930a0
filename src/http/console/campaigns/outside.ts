import { askReviewer, revokeReview } from '../../../campaigns/outside-reviews.ts';
import { deed } from './approval.ts';

/** Mails somebody without an account a link to say what they think. */
export const askOutside = deed('outside-asked', (ground, { messageId, user, form }) =>
  askReviewer(
    ground,
    { messageId, user },
    {
      ...{ name: form.text('name'), email: form.text('email') },
      language: form.text('language') === 'en' ? 'en' : 'ml',
      decides: form.text('decides') === 'yes',
    },
  ),
);

export const revokeOutside = deed('outside-revoked', (ground, { messageId, user, params }) =>
  revokeReview(ground, { messageId, user }, String(params.review)),
);
