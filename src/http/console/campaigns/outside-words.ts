import type { OutsideReview } from '../../../campaigns/outside-reviews.ts';
import type { MessageGlance } from '../../../campaigns/overview.ts';
import type { Reading } from '../shell.ts';

/** What somebody outside was asked and said, as a row. */
export function reviewRow({ t }: Reading, message: MessageGlance, review: OutsideReview) {
  const { id, reviewer, madeBy, madeAt, decidedAt, approved, words, state, revision, decides } = review;
  const said = approved === null ? state : approved ? (decides ? 'approved' : 'recommended') : 'change';
  return {
    ...{
      id,
      reviewer,
      words,
      decides,
      open: state === 'open',
      earlier: approved !== null && revision !== message.revision,
    },
    ...{ at: decidedAt ?? madeAt, asked: { by: madeBy, at: madeAt } },
    text: t(`outside.state.${said as 'open'}`),
  };
}
