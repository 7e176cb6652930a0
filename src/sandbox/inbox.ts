import { setImmediate as breathe } from 'node:timers/promises';
import PostalMime, { type Email } from 'postal-mime';

/** One mail as it came. */
export interface Mail {
  /** Grows by one with each mail. */
  id: number;
  at: Date;
  /** Of the envelope. */
  from: string;
  to: string[];
  source: Buffer;
  /** The connection was dropped after it, so its sender knows no outcome. */
  cut: boolean;
}

/** What a list shows of a mail, and what a search looks through. */
export interface Summary {
  subject: string;
  sender: string;
  text: string;
}

/** Mails in memory, the newest of them. */
export interface Inbox {
  add(mail: Omit<Mail, 'id'>): Mail;
  get(id: number): Mail | undefined;
  /** Newest first; with words, those whose envelope, subject or text hold them. */
  find(query: string): Promise<Mail[]>;
  summary(mail: Mail): Promise<Summary>;
  /** How many are here, and how many older ones were let go. */
  count(): { kept: number; dropped: number };
}

export interface Bounds {
  mails: number;
  /** Of their sources together. */
  bytes: number;
}

/** A search does not look further into a text, so that summaries stay small. */
const TEXT_LIMIT = 10_000;

/** Keeps what comes in, lets the oldest go at the bounds, and parses a mail only when somebody looks. */
export function openInbox({ mails: most, bytes: mostBytes }: Bounds): Inbox {
  const mails = new Map<number, Mail>();
  const summaries = new WeakMap<Mail, Summary>();
  let last = 0;
  let bytes = 0;

  const letGo = () => {
    for (const [id, mail] of mails) {
      if (mails.size <= most && (bytes <= mostBytes || mails.size === 1)) return;
      mails.delete(id);
      bytes -= mail.source.length;
    }
  };
  const summary = async (mail: Mail): Promise<Summary> => {
    const known = summaries.get(mail) ?? summarise(await parse(mail));
    summaries.set(mail, known);
    return known;
  };
  return {
    summary,
    add(received) {
      last += 1;
      const mail = { ...received, id: last };
      mails.set(last, mail);
      bytes += mail.source.length;
      letGo();
      return mail;
    },
    get: (id) => mails.get(id),
    async find(query) {
      const all = [...mails.values()].reverse();
      const words = fold(query).split(/\s+/).filter(Boolean);
      if (!words.length) return all;
      const addressed = words.every((word) => word.includes('@')) ? all.filter(sentTo(words)) : [];
      if (addressed.length) return addressed; // no mail need be parsed for the commonest search
      const hits: Mail[] = [];
      for (const [n, mail] of all.entries()) {
        if (n % 50 === 49) await breathe(); // mails keep coming in during a long search
        const hay = haystack(mail, await summary(mail));
        if (words.every((word) => hay.includes(word))) hits.push(mail);
      }
      return hits;
    },
    count: () => ({ kept: mails.size, dropped: last - mails.size }),
  };
}

/** The whole of a mail, for its reader. */
export const parse = (mail: Mail): Promise<Email> => PostalMime.parse(mail.source);

function summarise(email: Email): Summary {
  const from = email.from;
  return {
    subject: email.subject ?? '',
    sender: from?.name || from?.address || '',
    text: (email.text ?? plain(email.html ?? '')).slice(0, TEXT_LIMIT),
  };
}

const plain = (html: string): string =>
  html
    .replace(/<(style|script|head)\b.*?<\/\1>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

const sentTo =
  (words: string[]) =>
  ({ from, to }: Mail): boolean =>
    words.every((word) => fold([from, ...to].join('\n')).includes(word));

const haystack = (mail: Mail, { subject, sender, text }: Summary): string =>
  fold([mail.from, ...mail.to, subject, sender, text].join('\n'));

/** Old spelling of each chillu (consonant, virama, joiner) and the letter Unicode has for it now. */
const CHILLUS: [old: RegExp, now: string][] = [
  [/ണ്\u200d/g, 'ൺ'],
  [/ന്\u200d/g, 'ൻ'],
  [/ര്\u200d/g, 'ർ'],
  [/ല്\u200d/g, 'ൽ'],
  [/ള്\u200d/g, 'ൾ'],
];

/** Makes spellings that read the same the same. */
function fold(text: string): string {
  const lower = text.normalize('NFC').toLowerCase();
  return CHILLUS.reduce((sofar, [old, now]) => sofar.replace(old, now), lower).replace(/[\u200c\u200d]/g, '');
}
