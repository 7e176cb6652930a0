import { findUser } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { draftEdition } from '../../src/campaigns/newsletters/editions.ts';
import { addItem } from '../../src/campaigns/newsletters/items.ts';
import { createNewsletter, findNewsletter } from '../../src/campaigns/newsletters/newsletters.ts';
import { pressEditions } from '../../src/campaigns/newsletters/press.ts';
import { addList } from '../../src/contacts/lists.ts';
import { publishList } from '../../src/contacts/public-lists.ts';
import type { Ground } from '../../src/ground.ts';
import { NEWS_WORDS, STORIES } from './stories.ts';

const LIST = 'Readers of Care News';
const PURPOSE = 'newsletter';
const ACTOR = 'demonstration';

/**
 * A list that strangers may join, and a weekly newsletter whose first edition goes to its readers at the
 * minute after `dueAt`, so that the public pages have something to show.
 */
export async function plantNewsletter(ground: Ground, dueAt: Date): Promise<void> {
  await plantReaders(ground);
  const author = await findUser(ground, 'meera@wecare.example');
  const approver = await findUser(ground, 'jose@wecare.example');
  const plan = { slug: 'care-news', words: NEWS_WORDS, lists: [LIST], purpose: PURPOSE };
  const from = 'വി കെയർ · We Care <news@kssm.example>';
  const { messageId } = await createNewsletter(ground, { ...plan, from }, author);
  const editor = { actor: author.email, userId: author.id };
  const schedule = { kind: 'cron', expression: weeklyAt(new Date(dueAt.getTime() + 60_000)) };
  await scheduleMessage(ground, { messageId, editor }, { schedule, latePolicy: 'send' });
  const newsletter = await findNewsletter(ground, plan.slug);
  for (const story of STORIES) await addItem(ground, { newsletter, user: author }, story);
  await pressEditions(ground);
  await draftEdition(ground, { newsletter, editor });
  await approveMessage(ground, { messageId, user: approver }, 'DEMO/2/2026');
}

/** Those who agreed to appeals by the paper form agreed to the newsletter too. */
async function plantReaders(ground: Ground): Promise<void> {
  const list = await addList(ground, LIST, ACTOR);
  await ground.sql.query(
    `WITH agreed AS (
       INSERT INTO consent (contact_id, channel, purpose, given, basis)
       SELECT contact_id, channel, $2, true, basis FROM consent WHERE given RETURNING contact_id)
     INSERT INTO membership (list_id, contact_id) SELECT $1, contact_id FROM agreed`,
    [list.id, PURPOSE],
  );
  await publishList(ground, LIST, { purpose: PURPOSE, words: NEWS_WORDS, actor: ACTOR });
}

/** The minute of this moment, every week, by the clocks of Kerala. */
function weeklyAt(at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: 'Asia/Kolkata', weekday: 'short', hour: '2-digit', minute: '2-digit' },
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${Number(part('minute'))} ${Number(part('hour'))} * * ${part('weekday').toUpperCase()}`;
}
