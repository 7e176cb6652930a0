import { OCCASION_CODE, OCCASION_LINK, sendNotice } from '../../deliveries/notices.ts';
import { sendPhoneNotice } from '../../deliveries/phone/notices.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { languageOf } from '../../i18n.ts';
import type { CodeToSend } from '../../pages/occasions/contact-codes.ts';
import type { Keeper } from '../../pages/occasions/keepers.ts';
import { isStale } from '../../pages/occasions/proof.ts';
import { say } from '../../say.ts';
import { writeNotice } from '../notice-letters.ts';
import { familyUrl, piecesOf } from './keeper-letters.ts';
import { pageFacts } from './page.ts';

export { inviteGuests } from './guests.ts';

type Needs = Pick<Ground, 'sql' | 'db' | 'queues' | 'keys' | 'clock' | 'config' | 'log'>;

/** Before everything else that waits: somebody looks at a screen until it comes. */
const AT_ONCE = 10;

/**
 * Sends the code that proves a contact, by mail or SMS.
 * @throws Refusal (503) that says what else can be done, when no SMS can go
 */
export async function sendOccasionCode(ground: Needs, { channel, contact, code, language }: CodeToSend) {
  const tongue = languageOf(language);
  if (channel === 'sms')
    return text(ground, { kind: OCCASION_CODE, to: contact, language: tongue, values: [code] });
  const letter = await writeNotice(ground, {
    ...{ name: 'occasion-code', language: tongue },
    values: { code: `${code.slice(0, 3)} ${code.slice(3)}` },
  });
  await sendNotice(ground, {
    ...{ kind: OCCASION_CODE, address: contact, language: tongue, priority: AT_ONCE },
    ...letter,
  });
}

/**
 * Sends one who answers for a page the address that opens it, made anew.
 * @throws Refusal (503) as `sendOccasionCode`
 */
export async function mailFamilyLink(ground: Needs, keeper: Keeper): Promise<void> {
  const page = await pageFacts(ground.sql, keeper.occasionId);
  if (!page) return;
  const { language } = page;
  const url = familyUrl(ground, keeper);
  if (keeper.channel === 'sms')
    return text(ground, { kind: OCCASION_LINK, to: keeper.contact, language, values: piecesOf(url) });
  // A new place that the helpline wrote down may be somebody else's by a slip.
  const names = isStale(keeper, ground.clock.now()) ? page.number : page.names;
  const values = { page: names, number: page.number, name: keeper.name, page_url: url };
  const letter = await writeNotice(ground, { name: 'occasion-link', language, values });
  await sendNotice(ground, {
    ...{ kind: OCCASION_LINK, address: keeper.contact, language, priority: AT_ONCE },
    ...letter,
  });
}

interface Text {
  kind: string;
  to: string;
  language: string;
  values: string[];
}

async function text(ground: Needs, { kind, to, language, values }: Text): Promise<void> {
  const template = kind.replace('-', '_');
  try {
    await sendPhoneNotice(ground, {
      ...{ kind, channel: 'sms', to, language, template, values, priority: AT_ONCE },
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    ground.log.error({ template, why: error.message }, 'a code could not be sent by SMS');
    throw new Refusal(
      say`No SMS can be sent just now. Give an e-mail address instead, or ring the helpline.`,
      503,
    );
  }
}
