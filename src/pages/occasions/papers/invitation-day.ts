import type { Doc } from '../../../giving/paper.ts';
import { dayParts, type Language } from '../../../i18n.ts';
import type { OccasionContent } from '../content.ts';
import type { Mood } from '../kinds.ts';
import { dayWords } from '../words.ts';
import { A5, write } from './sheet.ts';

interface Day {
  content: Pick<OccasionContent, 'day'>;
  language: Language;
  mood: Mood;
  colour(name: string): string;
}

const FIGURE = 64;
const SIDE = 108;
const ROW = 42;

/** How high the day stands: in a row of its own, or on a day of remembrance in one quiet line. */
export const dayHeight = ({ content, mood }: Pick<Day, 'content' | 'mood'>): number =>
  content.day ? (mood === 'memory' ? 20 : ROW) : 0;

/** The day: its figure large, between the day of the week and the month. @param y its upper edge */
export function drawDay(doc: Doc, y: number, { content, language, mood, colour }: Day): void {
  if (!content.day) return;
  const { weekday, day, month, year } = dayParts(new Date(`${content.day}T12:00:00+05:30`), language);
  const quiet = { size: 13, colour: colour('--ink-2') };
  if (mood === 'memory') {
    const said = `${weekday}, ${dayWords(content, language)}`;
    write(doc, said, { ...quiet, x: 30, y, width: A5.width - 60 });
    return;
  }
  const [middle, left] = [A5.width / 2, A5.width / 2 - FIGURE / 2 - SIDE];
  const side = { size: 12, font: 'bold', colour: colour('--ink-2'), width: SIDE, height: 20 } as const;
  write(doc, weekday, { ...side, x: left, y: y + 12 });
  write(doc, language === 'en' ? `${month} ${year}` : `${year} ${month}`, {
    ...{ ...side, x: middle + FIGURE / 2, y: y + 12 },
  });
  write(doc, day, {
    ...{
      x: middle - FIGURE / 2,
      y: y - 4,
      width: FIGURE,
      size: 34,
      font: 'bold',
      colour: colour('--accent'),
    },
  });
  for (const [x, high] of [
    [left + 8, y + 4],
    [left + 8, y + ROW - 4],
    [middle + FIGURE / 2 + 8, y + 4],
    [middle + FIGURE / 2 + 8, y + ROW - 4],
  ] as const)
    doc
      .moveTo(x, high)
      .lineTo(x + SIDE - 16, high)
      .lineWidth(0.7)
      .stroke(colour('--gold-bright'));
}
