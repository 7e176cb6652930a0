import { normaliseEmail, normalisePhone } from '../contacts/addresses.ts';
import type { ListWords, PublicList } from '../contacts/public-lists.ts';
import { type Language, languages, translate } from '../i18n.ts';
import type { Keys } from '../keys.ts';

/** What a stranger posted, as it came but for its length. */
export interface Posted {
  name: string;
  email: string;
  phone: string;
  language: string;
  lists: string[];
  /** What no person fills in, because no person sees it. */
  trap: string;
  stamp: string;
  embedded: boolean;
}

/** Longest text of a field that is given back; a person's own is shorter. */
const KEPT = 500;

/** Reads a body of `application/x-www-form-urlencoded`; whatever else it is, no field is in it. */
export function readPosted(body: unknown): Posted {
  const fields = new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  const of = (name: string) => (fields.get(name) ?? '').slice(0, KEPT);
  return {
    ...{ name: of('name'), email: of('email'), phone: of('phone'), language: of('language') },
    ...{ trap: of('website'), stamp: of('stamp'), embedded: fields.get('from') === 'embed' },
    lists: fields.getAll('lists').slice(0, 100),
  };
}

export const EMPTY: Posted = readPosted(null);

/** A posted form that can be taken as a wish, or which field cannot. */
export type Checked =
  | { ok: true; name: string; email: string; phone: string | null; language: Language; lists: PublicList[] }
  | { ok: false; faults: Fault[] };
export type Fault = 'name' | 'email' | 'phone' | 'lists';

export function checkPosted(posted: Posted, offered: PublicList[], shownIn: Language): Checked {
  const name = posted.name.normalize('NFC').replace(/\s+/g, ' ').trim();
  const email = normaliseEmail(posted.email);
  const phone = posted.phone.trim() ? normalisePhone(posted.phone) : null;
  const lists = offered.filter(({ id }) => posted.lists.includes(id));
  const faults: Fault[] = [];
  if (!isName(posted.name, name)) faults.push('name');
  if (!email.ok) faults.push('email');
  if (phone && !phone.ok) faults.push('phone');
  if (!lists.length) faults.push('lists');
  if (faults.length || !email.ok || (phone && !phone.ok)) return { ok: false, faults };
  const language = languages.find((known) => known === posted.language) ?? shownIn;
  return { ok: true, name, email: email.value, phone: phone?.value ?? null, language, lists };
}

/** Whether a name is one line of at most 100 letters, without what turns the direction of text or leads to a web page. */
export const isName = (typed: string, name: string): boolean =>
  /\p{L}/u.test(name) &&
  name.length <= 100 &&
  !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069<>]/u.test(typed.trim()) &&
  !/:\/\/|\bwww\.|@/i.test(name);

/** The words of a list in a language, or in the other one. */
export const wordsOf = ({ words }: PublicList, language: Language): ListWords =>
  words[language] ?? Object.values(words)[0] ?? { title: '', description: '' };

/** The words that stand beside a box. Whoever ticks it agrees to them, so they are kept as proof. */
export const agreement = (list: PublicList, language: Language): string =>
  translate(language, 'subscribe.consent', { purpose: list.purpose });

/** What was shown and agreed to, by purpose: every ticked list with its words. */
export function shownWords(lists: PublicList[], language: Language): Record<string, string> {
  const purposes = [...new Set(lists.map(({ purpose }) => purpose))];
  const shownFor = (purpose: string) => {
    const ticked = lists.filter((list) => list.purpose === purpose);
    const lines = ticked.map((list) => {
      const { title, description } = wordsOf(list, language);
      return `${title}: ${description}\n${agreement(list, language)}`;
    });
    return lines.join('\n');
  };
  return Object.fromEntries(purposes.map((purpose) => [purpose, shownFor(purpose)]));
}

const MAC_BYTES = 10;
const FASTEST_MS = 2000;
const LONGEST_MS = 86_400_000;

/** Says when a form was shown, signed, so that programs cannot post at once and for ever. */
export function stampOf(keys: Keys, at: Date): string {
  const time = Buffer.alloc(6);
  time.writeUIntBE(at.getTime(), 0, 6);
  return Buffer.concat([time, keys.sign('subscribe-form', time, MAC_BYTES)]).toString('base64url');
}

/** `none`: not our form, or one that another site embeds. `quick`: faster than a person. `old`: shown a day ago. */
export function readStamp(keys: Keys, stamp: string, now: Date): 'good' | 'none' | 'quick' | 'old' {
  const bytes = Buffer.from(stamp, 'base64url');
  const time = bytes.subarray(0, 6);
  if (bytes.length !== 7 + MAC_BYTES || !keys.verify('subscribe-form', time, bytes.subarray(6)))
    return 'none';
  const age = now.getTime() - time.readUIntBE(0, 6);
  return age < FASTEST_MS ? 'quick' : age > LONGEST_MS ? 'old' : 'good';
}
