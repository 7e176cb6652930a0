import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { findOpen, listEditions } from '../../../../src/campaigns/newsletters/editions.ts';
import { addItem } from '../../../../src/campaigns/newsletters/items.ts';
import {
  createNewsletter,
  findNewsletter,
  type Newsletter,
  type NewsletterPlan,
} from '../../../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../../../src/campaigns/newsletters/press.ts';
import { launchDue, planRuns } from '../../../../src/campaigns/planner.ts';
import type { Ground } from '../../../../src/ground.ts';
import { editorOf, type People } from '../support.ts';

export const WEEKLY = { kind: 'cron', expression: '0 9 * * MON' };
/** Of `WEEKLY`, by Indian time, after the noon of the tests. */
export const MONDAY = '2026-11-23T03:30:00.000Z';
export const NEXT_MONDAY = '2026-11-30T03:30:00.000Z';

let made = 0;

/** A newsletter of its own name in Malayalam and English, scheduled for every Monday at nine. */
export async function newNewsletter(
  ground: Ground,
  { author }: People,
  plan: Partial<NewsletterPlan> & { latePolicy?: 'send' | 'skip' | 'ask' } = {},
): Promise<Newsletter> {
  const { latePolicy, ...more } = plan;
  const slug = `care-news-${++made}`;
  const words = {
    ml: { title: `പരിചരണ വാർത്തകൾ ${made}`, description: 'വി കെയറിൽനിന്നുള്ള വിശേഷങ്ങൾ' },
    en: { title: `Care news ${made}`, description: 'What your gifts do' },
  };
  const from = 'We Care <news@kssm.example>';
  const ids = await createNewsletter(
    ground,
    { slug, words, lists: ['donors'], from, purpose: 'appeals', ...more },
    author,
  );
  await scheduleMessage(
    ground,
    { messageId: ids.messageId, editor: editorOf(author) },
    { schedule: WEEKLY, ...(latePolicy && { latePolicy }) },
  );
  return findNewsletter(ground, ids.newsletterId);
}

export const STORY = {
  ml: { title: 'വയനാട്ടിൽ വീട്ടിലെ പരിചരണം', text: 'രണ്ട് നഴ്സുമാർ **മലയോരത്ത്** ജോലി തുടങ്ങി.' },
  en: {
    title: 'Home care reaches Wayanad',
    text: 'Two nurses began [in the hills](https://wecare.example/hills).',
  },
};

export const addStory = (ground: Ground, newsletter: Newsletter, { author }: People, words: object = STORY) =>
  addItem(
    ground,
    { newsletter, user: author },
    { words: words as typeof STORY, link: 'https://wecare.example/wayanad' },
  );

/** Drafts, approves and launches what is new, at the due time of the edition that comes. */
export async function sendEdition(
  ground: Ground & { clock: { set(to: string | Date): void } },
  newsletter: Newsletter,
  { approver }: People,
): Promise<number> {
  await pressEditions(ground);
  const open = await findOpen(ground.sql, newsletter.id);
  const at = open?.dueAt as Date;
  ground.clock.set(new Date(at.getTime() - 3_600_000));
  await pressEditions(ground);
  await approveMessage(ground, { messageId: newsletter.messageId, user: approver });
  ground.clock.set(at);
  await planRuns(ground);
  await launchDue(ground);
  await pressEditions(ground);
  const [, sent] = await listEditions(ground, newsletter.id);
  if (sent?.state !== 'sent') throw new Error(`The edition is ${sent?.state}.`);
  return sent.number as number;
}
