import type { Stream } from '../../giving/accounts.ts';
import type { Share } from '../../giving/holds.ts';
import { accounts } from '../../giving/journal.ts';
import type { Agreement, GiftWish } from '../../giving/orders.ts';
import { questionOf } from '../../giving/source.ts';
import { type Language, translate } from '../../i18n.ts';
import type { Keys } from '../../keys.ts';
import { isMonthly, type Told } from './checks.ts';
import { type Posted, sourceOf } from './fields.ts';

interface Checked {
  posted: Posted;
  told: Told;
  stream: Stream;
  amount: bigint;
  language: Language;
  /** What it is for, and how the form had said that it is divided. */
  project: { id: string; shown: Share } | null;
  /** The family's page it is given at, and whether its guests may see how much. */
  occasion: { id: string; showAmount: boolean } | null;
}

/** A form of which everything was checked, as the gift that is meant. */
export function wishOf(keys: Keys, checked: Checked): GiftWish {
  const { posted, told, stream, amount, language, project, occasion } = checked;
  const { name, email, phone, address, identity, message, dedication } = told;
  const question = questionOf(posted.kind);
  const source: Record<string, string> = question ? { question, answer: sourceOf(posted).answer } : {};
  const wish = {
    ...(isMonthly(posted) && { monthly: true }),
    ...{ stream, amount, language, message, dedication },
    fund: project ? accounts.project(project.id, stream) : accounts.general(stream),
    ...(project && { project }),
    ...(occasion && { occasion }),
    donor: {
      ...{ kind: posted.kind, name, email, phone, address, identity, language },
      source,
    },
    anonymous: !posted.wall,
    touch: posted.touch || null,
    consents: agreements(posted, language, occasion !== null),
  };
  return { ...wish, formKey: formKey(keys, posted.key, wish) };
}

/**
 * The same form sent twice is one gift; one that was changed in between, by going back, is another: its
 * amount must never be the old one's. Keyed, because numbers of papers are among the content.
 */
function formKey(keys: Keys, key: string, wish: Omit<GiftWish, 'formKey'>): string {
  const content = JSON.stringify(wish, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
  return `${key}.${keys.sign('gift-form', Buffer.from(content), 16).toString('base64url')}`;
}

/** Boxes that may be ticked, each for itself; none is when the form is first shown. */
export const uses = ['receipt', 'newsletter', 'whatsapp', 'wall'] as const satisfies Agreement['use'][];

/** The words of a box: at a family's page it is its guests who see the name. */
export const agreeKey = (use: Agreement['use'], atOccasion: boolean): string =>
  use === 'wall' && atOccasion ? 'occasion.guest.give.wall' : `give.agree.${use}`;

/** What was agreed to, in the words that stood there. */
export const agreements = (posted: Posted, language: Language, atOccasion: boolean): Agreement[] =>
  uses
    .filter((use) => posted[use])
    .map((use) => ({ use, words: translate(language, agreeKey(use, atOccasion)) }));
