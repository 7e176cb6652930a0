import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, it } from 'vitest';
import { calendarFile, type Event, folded } from '../../../../src/campaigns/calendar/ics.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 400 });
const malayalam = fc.array(fc.constantFrom('ഓ', 'ണാ', 'ശം', 'സ', 'കൾ', ' ', 'ന്\u200d', '🎉', 'x'), {
  maxLength: 200,
});
const octets = (line: string) => Buffer.byteLength(line);

it('folds at 75 octets, cuts no character and loses none', () => {
  const lines = fc.oneof(
    text,
    malayalam.map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(lines, (wild) => {
      const line = `SUMMARY:${wild.replace(/[\r\n]/g, '')}`;
      const parts = folded(line).split('\r\n');
      expect(parts.filter((part) => octets(part) > 75)).toEqual([]);
      // Nothing is folded sooner than the next character would have been too much.
      for (const [i, part] of parts.slice(0, -1).entries())
        expect(octets(part) + octets([...(parts[i + 1] ?? '')][1] ?? '')).toBeGreaterThan(75);
      expect(parts.slice(1).every((part) => part.startsWith(' '))).toBe(true);
      expect(
        parts[0] +
          parts
            .slice(1)
            .map((part) => part.slice(1))
            .join(''),
      ).toBe(line);
    }),
  );
});

const event = (more: Partial<Event>): Event => ({
  ...{ uid: 'm-1@wecare.example', sequence: 3, stampedAt: new Date('2026-11-20T04:00:00Z') },
  ...{
    at: new Date('2026-12-03T03:30:00Z'),
    minutes: 15,
    summary: 'Onam',
    description: '',
    status: 'CONFIRMED',
  },
  ...{ url: 'https://wecare.example/console/campaigns/1', categories: ['Onam'] },
  ...more,
});

it('is read by another program as it was meant, whatever the names hold', () => {
  fc.assert(
    fc.property(text, malayalam, (summary, parts) => {
      const said = { summary, description: `${parts.join('')}\n;,\\` };
      const file = calendarFile('We Care', [event(said)]);
      expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      const calendar = new ICAL.Component(ICAL.parse(file));
      const [read] = calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
      const plain = (value: string) =>
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
        value.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ');
      expect([read?.summary, read?.description]).toEqual([plain(said.summary), plain(said.description)]);
      expect(read?.startDate.toJSDate().toISOString()).toBe('2026-12-03T03:30:00.000Z');
      expect(read?.endDate.toJSDate().toISOString()).toBe('2026-12-03T03:45:00.000Z');
      expect([read?.uid, read?.sequence]).toEqual(['m-1@wecare.example', 3]);
    }),
    { numRuns: 60 },
  );
});
