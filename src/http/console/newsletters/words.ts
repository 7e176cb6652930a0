import type { Newsletter } from '../../../campaigns/newsletters/newsletters.ts';
import type { EditionStatus } from '../../../campaigns/newsletters/status.ts';
import type { MessageKey } from '../../../i18n.ts';

export const NEWSLETTERS = '/console/newsletters';

/** What a newsletter is called, in the reader's language where it has one. */
export const titleOf = (
  { words, languages, slug }: Pick<Newsletter, 'words' | 'languages' | 'slug'>,
  language: string,
) => (words[language] ?? words[languages[0] ?? ''])?.title ?? slug;

/** How the state of an edition looks, and the message that says it. */
export function badgeOf(
  edition: { state: EditionStatus['state'] },
  approved: boolean,
): { look: string; key: MessageKey } {
  if (edition.state === 'coming') return { look: 'planned', key: 'newsletters.state.coming' };
  if (edition.state === 'sent') return { look: 'sent', key: 'newsletters.state.sent' };
  if (edition.state === 'skipped') return { look: 'held', key: 'newsletters.state.skipped' };
  return approved
    ? { look: 'sent', key: 'newsletters.state.approved' }
    : { look: 'deferred', key: 'newsletters.state.drafted' };
}
