import type { CheckedMail, Rule } from './finding.ts';

/** Beyond it many a mailbox on a phone waits for wireless, and filters look twice. */
const HEAVY = 1024 * 1024;
/** Base64 in lines of 76 (RFC 2045 section 6.8). */
const ENCODED = (4 / 3) * (78 / 76);

/** What the whole mail weighs, and what its files cost. */
export const weight: Rule = (mail) => {
  const files = mail.files ?? [];
  const attached = files.filter(({ inline }) => !inline);
  const bytes = sizeOf(mail);
  const shown = new Set(
    [...mail.html.matchAll(/\bcid:([^"'\s<>)]+)/gi)].map(([, name = '']) => decoded(name)),
  );
  const unseen = files.filter(({ name, inline }) => inline && mail.source === undefined && !shown.has(name));
  return [
    ...(attached.length
      ? [
          warning(
            'attachments',
            attached.length > 1
              ? `${listed(attached)} are attached. ${DISTRUSTED}`
              : `${listed(attached)} is attached. ${DISTRUSTED}`,
          ),
        ]
      : []),
    ...unseen.map(({ name }) =>
      warning(
        'inline-unseen',
        `The mail carries ${name}, but its text does not show cid:${name}. Show it, attach it, or take it away.`,
      ),
    ),
    ...(bytes > HEAVY
      ? [
          warning(
            'mail-size',
            `The whole mail weighs ${words(bytes)}. Make its files smaller, or link to them.`,
          ),
        ]
      : files.length
        ? [{ level: 'hint' as const, code: 'mail-size', words: `The whole mail weighs ${words(bytes)}.` }]
        : []),
  ];
};

const DISTRUSTED =
  'Filters distrust mass mails with attachments and phones pay for them; a link to the file in the media library reaches more people.';

const warning = (code: string, sentence: string) => ({ level: 'warning' as const, code, words: sentence });

function sizeOf({ source, html, text, files = [] }: CheckedMail): number {
  if (source !== undefined) return source.length;
  const carried = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return (Buffer.byteLength(html) + Buffer.byteLength(text ?? '') + carried) * ENCODED;
}

const listed = (files: { name: string; bytes: number }[]) =>
  files.map(({ name, bytes }) => `${name} (${words(bytes)})`).join(', ');

const words = (bytes: number) =>
  bytes >= HEAVY ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`;

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replace(/&amp;/g, '&'));
  } catch {
    return name;
  }
}
