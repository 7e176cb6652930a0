import { beforeAll } from 'vitest';
import { addUser, type User } from '../../../src/access/users.ts';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { createCampaign, type MessagePlan, scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import type { Editor } from '../../../src/campaigns/messages.ts';
import { setConsent } from '../../../src/contacts/consent.ts';
import type { Ground } from '../../../src/ground.ts';

/** A body in MJML with what a campaign usually has: a field, a link, the way out. */
export const body = (text: string) => `<mjml><mj-body><mj-section><mj-column>
  <mj-text>${text}, {{first_name}}</mj-text>
  <mj-button href="https://wecare.example/give?a=1&amp;b=2">Give</mj-button>
  <mj-text><a href="{{unsubscribe_url}}">No more</a></mj-text>
</mj-column></mj-section></mj-body></mjml>`;

export const CONTENTS = {
  en: { subject: 'Onam greetings', preheader: 'From We Care', body: body('Happy Onam') },
  ml: { subject: 'ഓണാശംസകൾ', body: body('ഓണാശംസകൾ') },
};

export const editorOf = (user: User): Editor => ({ actor: user.email, userId: user.id });

export interface People {
  author: User;
  approver: User;
  /** May write and approve. */
  chief: User;
}

/** Users, and a list `donors` with three contacts: one in Malayalam, one in Tamil, one without consent. */
export function people(ground: Ground): People {
  const everybody = {} as People;
  beforeAll(async () => {
    const add = (name: string, roles: string[]) =>
      addUser(ground, { email: `${name}@kssm.example`, name, roles }, 'cli:test');
    everybody.author = await add('author', ['author']);
    everybody.approver = await add('approver', ['approver']);
    everybody.chief = await add('chief', ['administrator']);
    const list = await ground.db.list.create({ data: { name: 'donors' } });
    for (const [name, language] of [
      ['Sreeja', 'ml'],
      ['Murugan', 'ta'],
      ['Ravi', 'en'],
    ] as const) {
      await addContact(ground, { name, language, listId: list.id });
    }
  });
  return everybody;
}

async function addContact(
  ground: Ground,
  { name, language, listId }: { name: string; language: string; listId: string },
): Promise<void> {
  const contact = await ground.db.contact.create({ data: { name, language } });
  const value = `${name.toLowerCase()}@donor.example`;
  await ground.db.address.create({ data: { contactId: contact.id, channel: 'email', value } });
  await ground.db.membership.create({ data: { listId, contactId: contact.id } });
  const given = { contactId: contact.id, channel: 'email', purpose: 'appeals', basis: 'paper form' };
  if (name !== 'Ravi') await setConsent(ground.sql, { ...given, given: true });
}

let made = 0;

/** A campaign of its own name; returns its id and its message's. */
export const newCampaign = (ground: Ground, user: User, message: Partial<MessagePlan> = {}) =>
  createCampaign(
    ground,
    {
      name: `Onam ${++made}`,
      message: {
        ...{ name: 'Greeting', purpose: 'appeals', from: 'We Care <news@kssm.example>' },
        ...{ lists: ['donors'], contents: CONTENTS, ...message },
      },
    },
    user,
  );

/** A campaign that is scheduled and approved. */
export async function readyCampaign(
  ground: Ground,
  { author, approver }: People,
  timing: Parameters<typeof scheduleMessage>[2],
) {
  const ids = await newCampaign(ground, author);
  await scheduleMessage(ground, { messageId: ids.messageId, editor: editorOf(author) }, timing);
  await approveMessage(ground, { messageId: ids.messageId, user: approver });
  return ids;
}
