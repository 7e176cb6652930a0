/** One event of a calendar file. */
export interface Event {
  /** The same for ever, so that a program knows the event again. */
  uid: string;
  /** Grows when it was changed. */
  sequence: number;
  /** When what is said here was written last. */
  stampedAt: Date;
  at: Date;
  minutes: number;
  summary: string;
  description: string;
  url: string;
  status: 'CONFIRMED' | 'TENTATIVE';
  categories: string[];
}

const WIDTH = 75;

/** A calendar as a file (RFC 5545): lines end with CRLF, times are in UTC. */
export function calendarFile(name: string, events: Event[]): string {
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//We Care//Outreach//EN', 'CALSCALE:GREGORIAN'],
    ...[`X-WR-CALNAME:${escaped(name)}`, `NAME:${escaped(name)}`],
    ...['REFRESH-INTERVAL;VALUE=DURATION:PT1H', 'X-PUBLISHED-TTL:PT1H'],
    ...events.flatMap(linesOf),
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

function linesOf(event: Event): string[] {
  return [
    ...['BEGIN:VEVENT', `UID:${escaped(event.uid)}`, `SEQUENCE:${event.sequence}`],
    ...[`DTSTAMP:${utc(event.stampedAt)}`, `DTSTART:${utc(event.at)}`, `DURATION:PT${event.minutes}M`],
    ...[`SUMMARY:${escaped(event.summary)}`, `DESCRIPTION:${escaped(event.description)}`, `URL:${event.url}`],
    ...[`CATEGORIES:${event.categories.map(escaped).join(',')}`, `STATUS:${event.status}`],
    ...['TRANSP:TRANSPARENT', 'END:VEVENT'],
  ];
}

/** `20261203T033000Z` (section 3.3.5, form 2). */
const utc = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** Section 3.3.11; control characters have no place in a text. */
const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\n/g, '\\n');

/** At most 75 octets in a line without its end, and no character is cut (section 3.1). */
export function folded(line: string): string {
  const lines = [''];
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > WIDTH) {
      lines.push(' ');
      octets = 1;
    }
    lines[lines.length - 1] += character;
    octets += size;
  }
  return lines.join('\r\n');
}
